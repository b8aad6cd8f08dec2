package io.zerocloud.job.source;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.zerocloud.job.ErrorCode;
import io.zerocloud.job.Job;
import io.zerocloud.job.JobContext;
import io.zerocloud.job.JobLimits;
import io.zerocloud.job.JobParser;
import io.zerocloud.job.JobRefused;
import io.zerocloud.job.StorePath;
import io.zerocloud.job.Url;
import io.zerocloud.nvram.CommandLine;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The first line of a script, {@code #!interpreter arguments}, as a job of one group.
 *
 * @param interpreter {@code swift://account/container/object} or {@code file://image:path}
 * @param arguments what follows it on the line, in the convention of {@code exec.args}
 */
public record Script(Url interpreter, String arguments) {
    /** Name of the group, of the one file in the image, and of the guest's last argument. */
    public static final String NAME = "script";

    /** Where the first line must end. */
    public static final int LONGEST_LINE = 4096;

    /**
     * Reads the first line.
     *
     * @param head the script's beginning: at least {@link #LONGEST_LINE} bytes, or all of it
     */
    public static Script parse(byte[] head) throws JobRefused {
        if (head.length < 2 || head[0] != '#' || head[1] != '!') {
            throw new JobRefused(
                    ErrorCode.NOT_A_SCRIPT.at("", head.length == 0 ? "an empty body" : ""));
        }
        String line = firstLine(head).substring(2).strip();
        int end = 0;
        while (end < line.length() && line.charAt(end) != ' ' && line.charAt(end) != '\t') {
            end++;
        }
        String word = line.substring(0, end);
        Url url = Url.parse(word).orElse(new Url.Unusable(word));
        if (url instanceof Url.File file && file.image().isEmpty()) {
            throw new JobRefused(ErrorCode.INTERPRETER_IMAGE_MISSING.at("", "", word));
        }
        if (!(url instanceof Url.File) && !(url instanceof Url.Swift)) {
            throw new JobRefused(ErrorCode.INTERPRETER_BAD.at("", "", word));
        }
        return new Script(url, line.substring(end).strip());
    }

    /**
     * The job: the interpreter runs with its arguments and the word {@code script}, which is the
     * file {@code /script} of the image that wraps the body; its output is the answer, as text.
     *
     * @param context of the request; the script's own image is added
     * @param stdin an object that the script reads
     */
    public Job job(JobContext context, JobLimits limits, Optional<StorePath> stdin)
            throws JobRefused {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        ArrayNode devices = nodes.arrayNode();
        devices.add(nodes.objectNode().put("name", "stdout").put("content_type", "text/plain"));
        if (interpreter instanceof Url.File file && !file.image().equals("image")) {
            devices.add(nodes.objectNode().put("name", file.image()));
        }
        stdin.ifPresent(
                path ->
                        devices.add(
                                nodes.objectNode().put("name", "stdin").put("path", path.url())));
        ObjectNode group = nodes.objectNode().put("name", NAME);
        group.putObject("exec")
                .put("path", interpreter.text())
                .put("args", CommandLine.join(arguments(arguments)));
        group.set("devices", devices);
        JobContext wrapped =
                new JobContext(
                        context.account(),
                        context.systemImages(),
                        JobContext.UploadedImage.TAR,
                        context.payload());
        return JobParser.parse(nodes.arrayNode().add(group), wrapped, limits);
    }

    /** Split before the last word is added: an open quote must not swallow it. */
    private static List<String> arguments(String line) throws JobRefused {
        try {
            List<String> words = new ArrayList<>(CommandLine.split(line));
            words.add(NAME);
            return words;
        } catch (IllegalArgumentException e) {
            throw new JobRefused(
                    ErrorCode.EXEC_PROPERTY_INVALID.at(
                            "", line, NAME, String.valueOf(e.getMessage())));
        }
    }

    private static String firstLine(byte[] head) throws JobRefused {
        int end = 0;
        while (end < head.length && end < LONGEST_LINE && head[end] != '\n') {
            end++;
        }
        if (end == head.length || end == LONGEST_LINE) {
            throw new JobRefused(ErrorCode.SHEBANG_MISSING.at("", "", LONGEST_LINE));
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(head, 0, end))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new JobRefused(ErrorCode.SHEBANG_MISSING.at("", "", LONGEST_LINE));
        }
    }
}
