package io.zerocloud.sandbox.toolchain.link;

import io.zerocloud.sandbox.elf.ElfRejected;
import io.zerocloud.sandbox.elf.NexeImage;
import io.zerocloud.sandbox.validator.Validator;
import io.zerocloud.sandbox.validator.Verdict;
import io.zerocloud.sandbox.validator.Violation;
import java.nio.ByteBuffer;

/** What happens to a linked executable before it is written: padding, then the judgement. */
public final class Nexe {
    /** Most violations that a message lists. */
    private static final int LISTED = 10;

    private Nexe() {}

    /**
     * Finishes an executable in place.
     *
     * @param file the linker's output
     * @throws RejectedException if no session would run it, with the reasons
     */
    public static void finish(byte[] file) throws RejectedException {
        NexeImage image;
        try {
            image = NexeImage.parse(file);
        } catch (ElfRejected e) {
            throw new RejectedException("the layout is not a guest's: " + e.getMessage());
        }
        int start = Math.toIntExact(image.text().fileOffset());
        Padding.shorten(file, start, start + Math.toIntExact(image.text().fileSize()));
        byte[] text = image.mappedText(ByteBuffer.wrap(file));
        Verdict verdict =
                Validator.standard().validate(text, 0, text.length, NexeImage.TEXT_ADDRESS);
        if (!verdict.accepted()) {
            throw new RejectedException(describe(file, verdict));
        }
    }

    private static String describe(byte[] file, Verdict verdict) {
        ElfSymbols symbols = new ElfSymbols(file);
        StringBuilder text = new StringBuilder("the validator refuses the code:");
        for (Violation violation :
                verdict.violations().subList(0, Math.min(LISTED, verdict.violations().size()))) {
            text.append("\n  ")
                    .append(symbols.describe(NexeImage.TEXT_ADDRESS + violation.offset()))
                    .append(": ")
                    .append(violation.reason());
        }
        if (verdict.total() > LISTED) {
            text.append("\n  and ").append(verdict.total() - LISTED).append(" more");
        }
        return text.toString();
    }

    /** No session would run the executable. */
    public static final class RejectedException extends Exception {
        private static final long serialVersionUID = 1;

        RejectedException(String message) {
            super(message);
        }
    }
}
