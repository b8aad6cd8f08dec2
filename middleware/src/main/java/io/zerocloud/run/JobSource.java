package io.zerocloud.run;

import io.zerocloud.authority.Caller;
import io.zerocloud.authority.SwiftApi;
import io.zerocloud.error.ErrorCode;
import io.zerocloud.error.JobException;
import io.zerocloud.job.Job;
import io.zerocloud.job.JobContext;
import io.zerocloud.job.JobContext.UploadedImage;
import io.zerocloud.job.JobParser;
import io.zerocloud.job.JobRefused;
import io.zerocloud.job.StorePath;
import io.zerocloud.job.source.Script;
import io.zerocloud.request.BodyKind;
import io.zerocloud.request.JobRequest;
import io.zerocloud.stream.BlockingHttp.Reply;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.SocketTimeoutException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The job that a request asks for, and what came along with it. Close it when the job is over.
 *
 * @param image mounted in every session
 * @param payload for pathless {@code stdin} devices
 */
record JobSource(Job job, Optional<Upload> image, Optional<Upload> payload)
        implements AutoCloseable {
    /** A script is one file in memory. */
    private static final int MAX_SCRIPT = 16 << 20;

    /**
     * Reads a request.
     *
     * @throws JobRefused if the description breaks a rule
     * @throws JobException for everything else that is wrong with it
     */
    static JobSource read(
            JobRequest request,
            InputStream body,
            JobSettings settings,
            UploadSpace space,
            SwiftApi swift,
            Caller caller)
            throws JobRefused, JobException, IOException {
        try {
            if (request.source().isEmpty()) {
                return described(
                        request,
                        request.contentType(),
                        request.etag(),
                        body,
                        settings,
                        space,
                        Optional.empty());
            }
            StorePath source = source(request.source().get(), request.target().account());
            Optional<Upload> payload =
                    request.hasBody() ? Optional.of(Upload.store(body, space)) : Optional.empty();
            try (Reply reply = swift.get(caller, source, "")) {
                if (reply.status() != 200) {
                    throw JobException.as(
                            ErrorCode.FETCH_FAILED,
                            reply.status() < 400 ? 502 : reply.status(),
                            "Error "
                                    + reply.status()
                                    + " "
                                    + reply.reason()
                                    + " while fetching "
                                    + source);
                }
                return described(
                        request,
                        Optional.of(reply.header("Content-Type")),
                        Optional.empty(),
                        reply.body(),
                        settings,
                        space,
                        payload);
            } catch (IOException | JobException | JobRefused | RuntimeException e) {
                if (payload.isPresent()) {
                    payload.get().close();
                }
                throw e;
            }
        } catch (SocketTimeoutException e) {
            throw JobException.of(ErrorCode.UPLOAD_TIMEOUT, "(the client sent nothing)", e);
        }
    }

    private static JobSource described(
            JobRequest request,
            Optional<String> contentType,
            Optional<String> etag,
            InputStream body,
            JobSettings settings,
            UploadSpace space,
            Optional<Upload> payload)
            throws JobRefused, JobException, IOException {
        byte[] head = body.readNBytes(BodyKind.HEAD);
        InputStream all = new SequenceInputStream(new ByteArrayInputStream(head), body);
        JobContext context =
                new JobContext(
                        request.target().account(),
                        settings.systemImages(),
                        UploadedImage.NONE,
                        payload.isPresent());
        BodyKind kind = BodyKind.of(contentType, head);
        if (head.length == 0 && kind != BodyKind.JSON) {
            throw JobException.of(
                    ErrorCode.EMPTY_BODY, "(a job description, an image or a script is needed)");
        }
        return switch (kind) {
            case JSON -> {
                int limit = settings.plan().limits().documentBytes();
                byte[] document = all.readNBytes(limit + 1);
                if (document.length > limit) {
                    throw JobException.of(
                            ErrorCode.TOO_LARGE,
                            "(a job description has at most " + limit + " bytes)");
                }
                if (etag.isPresent() && !md5(document).equalsIgnoreCase(etag.get())) {
                    throw JobException.of(
                            ErrorCode.ETAG_MISMATCH, "(the body is not what Etag says)");
                }
                yield new JobSource(
                        JobParser.parse(document, context, settings.plan().limits()),
                        Optional.empty(),
                        payload);
            }
            case TAR, GZIP -> {
                Images.Image image = Images.store(all, kind == BodyKind.GZIP, space);
                try {
                    Job job =
                            JobParser.parse(
                                    image.description(),
                                    with(context, UploadedImage.TAR),
                                    settings.plan().limits());
                    yield new JobSource(job, Optional.of(image.upload()), payload);
                } catch (JobRefused e) {
                    image.upload().close();
                    throw e;
                }
            }
            case SCRIPT -> {
                byte[] script = all.readNBytes(MAX_SCRIPT + 1);
                if (script.length > MAX_SCRIPT) {
                    throw JobException.of(
                            ErrorCode.TOO_LARGE, "(a script has at most " + MAX_SCRIPT + " bytes)");
                }
                Optional<StorePath> stdin =
                        request.target().object().isEmpty() || request.source().isPresent()
                                ? Optional.empty()
                                : Optional.of(
                                        new StorePath(
                                                request.target().account(),
                                                request.target().container(),
                                                request.target().object()));
                Job job = Script.parse(script).job(context, settings.plan().limits(), stdin);
                yield new JobSource(job, Optional.of(Images.wrap(script, space)), payload);
            }
            case UNKNOWN ->
                    throw contentType.filter(type -> !type.isBlank()).isPresent()
                            ? JobException.of(ErrorCode.UNSUPPORTED_CONTENT_TYPE, contentType.get())
                            : JobException.of(ErrorCode.MISSING_CONTENT_TYPE);
        };
    }

    private static JobContext with(JobContext context, UploadedImage image) {
        return new JobContext(context.account(), context.systemImages(), image, context.payload());
    }

    /**
     * {@code swift://account/container/object}, percent-decoded once; {@code .} and {@code ~} mean
     * the URL's.
     */
    private static StorePath source(String text, String account) throws JobException {
        String prefix = "swift://";
        String[] parts =
                text.startsWith(prefix)
                        ? JobRequest.percentDecoded(text.substring(prefix.length())).split("/", 3)
                        : new String[0];
        if (parts.length < 3 || parts[0].isEmpty() || parts[1].isEmpty() || parts[2].isEmpty()) {
            throw JobException.of(ErrorCode.SOURCE_FORMAT);
        }
        String owner = parts[0].equals(".") || parts[0].equals("~") ? account : parts[0];
        return new StorePath(owner, parts[1], parts[2]);
    }

    private static String md5(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has MD5", e);
        }
    }

    @Override
    public void close() throws IOException {
        if (image.isPresent()) {
            image.get().close();
        }
        if (payload.isPresent()) {
            payload.get().close();
        }
    }
}
