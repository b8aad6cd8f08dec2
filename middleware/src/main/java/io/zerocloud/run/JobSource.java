package io.zerocloud.run;

import io.zerocloud.error.ErrorCode;
import io.zerocloud.error.JobException;
import io.zerocloud.job.Job;
import io.zerocloud.job.JobContext;
import io.zerocloud.job.JobContext.UploadedImage;
import io.zerocloud.job.JobParser;
import io.zerocloud.job.JobRefused;
import io.zerocloud.job.StorePath;
import io.zerocloud.job.Violation;
import io.zerocloud.job.source.Script;
import io.zerocloud.request.BodyKind;
import io.zerocloud.request.JobRequest;
import io.zerocloud.request.Recognition;
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
     * @param apps finds stored apps, with the caller's authority
     * @param app from {@link AppSource#named}
     * @throws JobRefused if the description breaks a rule
     * @throws JobException for everything else that is wrong with it
     */
    static JobSource read(
            JobRequest request,
            InputStream body,
            JobSettings settings,
            UploadSpace space,
            AppSource apps,
            Optional<StorePath> app)
            throws JobRefused, JobException, IOException {
        try {
            if (app.isEmpty()) {
                return described(
                        request,
                        request.contentType(),
                        request.etag(),
                        body,
                        settings,
                        space,
                        Optional.empty());
            }
            boolean api = request.command() == Recognition.Command.API;
            if (request.command() != Recognition.Command.JOB
                    && apps.look(app.get(), api) instanceof AppSource.Found.Other(String type)) {
                return opened(request, settings, apps, app.get(), type);
            }
            Optional<Upload> payload =
                    request.hasBody() ? Optional.of(Upload.store(body, space)) : Optional.empty();
            try (Reply reply = apps.open(app.get())) {
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
            throw JobException.of(ErrorCode.UPLOAD_TIMEOUT, "(" + e.getMessage() + ")", e);
        }
    }

    /** The job that a previous one answered with. */
    static JobSource chained(
            JobRequest request, byte[] document, JobSettings settings, Optional<Upload> payload)
            throws JobRefused {
        JobContext context =
                new JobContext(
                        request.target().account(),
                        settings.systemImages(),
                        UploadedImage.NONE,
                        payload.isPresent());
        return new JobSource(
                JobParser.parse(document, context, settings.plan().limits()),
                Optional.empty(),
                payload);
    }

    /** The job that opens an object which is no app. */
    private static JobSource opened(
            JobRequest request, JobSettings settings, AppSource apps, StorePath app, String type)
            throws JobRefused, JobException, IOException {
        if (!request.method().equals("GET")) {
            throw JobException.of(ErrorCode.NOT_IMPLEMENTED, "(the object is no app)");
        }
        StorePath object = app;
        String contentType = type;
        if (request.command() == Recognition.Command.API) {
            // What the endpoint names is no app: the URL's own object is opened, if it has one.
            if (request.target().object().isEmpty()) {
                throw JobException.of(ErrorCode.NOT_IMPLEMENTED, "(the endpoint is no app)");
            }
            object = AppSource.opened(request);
            if (!(apps.look(object, false) instanceof AppSource.Found.Other(String own))) {
                throw JobException.of(ErrorCode.NOT_IMPLEMENTED, "(the endpoint is no app)");
            }
            contentType = own;
        }
        byte[] document = apps.template(object, contentType, request.target().query());
        return chained(request, document, settings, Optional.empty());
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
                        request.target().object().isEmpty()
                                        || request.source().isPresent()
                                        || request.command() != Recognition.Command.JOB
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
                            ? JobException.of(
                                    ErrorCode.UNSUPPORTED_CONTENT_TYPE,
                                    Violation.printable(contentType.get())
                                            + " (a job is application/json, application/x-tar, application/x-gzip or a script that starts with #!)")
                            : JobException.of(ErrorCode.MISSING_CONTENT_TYPE);
        };
    }

    private static JobContext with(JobContext context, UploadedImage image) {
        return new JobContext(context.account(), context.systemImages(), image, context.payload());
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
        close(true);
    }

    /**
     * @param payloadToo false if another job has the payload now
     */
    void close(boolean payloadToo) throws IOException {
        if (image.isPresent()) {
            image.get().close();
        }
        if (payloadToo && payload.isPresent()) {
            payload.get().close();
        }
    }
}
