package io.zerocloud.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.zerocloud.authority.Caller;
import io.zerocloud.authority.CallerFacts;
import io.zerocloud.authority.JobAuthority;
import io.zerocloud.authority.SwiftApi;
import io.zerocloud.error.ErrorCode;
import io.zerocloud.error.JobException;
import io.zerocloud.job.JobLimits;
import io.zerocloud.job.JobRefused;
import io.zerocloud.job.StorePath;
import io.zerocloud.job.source.BootMap;
import io.zerocloud.job.source.Template;
import io.zerocloud.request.BodyKind;
import io.zerocloud.request.JobRequest;
import io.zerocloud.stream.BlockingHttp.Reply;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which stored app a request means: the one of {@code X-Zerovm-Source}, the one that an {@code
 * open} URL names, or the one that an {@code api} URL's container has registered; and for an object
 * that is opened but is no app, the description that its type's template gives.
 */
final class AppSource {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The types that {@code open} takes for an executable without a template. */
    private static final String EXECUTABLE = "application/x-nexe";

    private final SwiftApi swift;
    private final JobAuthority authority;
    private final JobLimits limits;

    AppSource(SwiftApi swift, JobAuthority authority, JobLimits limits) {
        this.swift = swift;
        this.authority = authority;
        this.limits = limits;
    }

    /**
     * The app that a request says it is for, before anything of it is read. Of {@code open} it is
     * the object itself, whether or not that turns out to be an app.
     *
     * @return empty if the job is in the request's body
     */
    Optional<StorePath> named(JobRequest request) throws JobException {
        return switch (request.command()) {
            case JOB ->
                    request.source().isEmpty()
                            ? Optional.empty()
                            : Optional.of(
                                    path(
                                            JobRequest.percentDecoded(request.source().get()),
                                            request.target().account()));
            case OPEN -> Optional.of(opened(request));
            case API -> {
                StorePath container =
                        StorePath.container(
                                request.target().account(), request.target().container());
                String endpoint = authority.endpoint(container);
                if (endpoint.isEmpty()) {
                    throw noEndpoint(container, "");
                }
                try {
                    // Not the URL's account: an endpoint is the same for whoever calls it.
                    yield Optional.of(path(endpoint, ""));
                } catch (JobException e) {
                    throw noEndpoint(
                            container, ": Rest-Endpoint is not swift://account/container/object");
                }
            }
        };
    }

    private static JobException noEndpoint(StorePath container, String why) {
        return JobException.of(ErrorCode.NO_ENDPOINT, container.container() + why);
    }

    /** The object of a request's URL. */
    static StorePath opened(JobRequest request) {
        return new StorePath(
                request.target().account(),
                request.target().container(),
                request.target().object());
    }

    /** An app, or what is there instead. */
    sealed interface Found {
        /** To be run from the object. */
        record App() implements Found {}

        /** No app. */
        record Other(String contentType) implements Found {}
    }

    /**
     * Looks at an object's beginning.
     *
     * @param json whether a bare job description is an app as well
     * @throws JobException with Swift's status if it cannot be read
     */
    Found look(StorePath object, boolean json) throws JobException, IOException {
        try (Reply reply = get(object, BootMap.WINDOW)) {
            String type = reply.header("Content-Type");
            if (reply.status() == 416) {
                return new Found.Other(type);
            }
            require(reply, object);
            byte[] window = reply.body().readNBytes(BootMap.WINDOW);
            BodyKind kind =
                    BodyKind.of(
                            Optional.of(type),
                            Arrays.copyOf(window, Math.min(window.length, BodyKind.HEAD)));
            boolean app =
                    switch (kind) {
                        case TAR, GZIP ->
                                BodyKind.isArchiveType(type)
                                        && Images.find(window, kind == BodyKind.GZIP)
                                                .chosen()
                                                .isPresent();
                        case JSON -> json && type.startsWith("application/json");
                        case SCRIPT, UNKNOWN -> false;
                    };
            return app ? new Found.App() : new Found.Other(type);
        }
    }

    /** The whole of an app; to be closed by the caller. */
    Reply open(StorePath app) throws JobException, IOException {
        Reply reply = get(app, 0);
        try {
            require(reply, app);
            return reply;
        } catch (JobException e) {
            reply.close();
            throw e;
        }
    }

    /**
     * The description that opens an object which is no app.
     *
     * @param contentType the object's
     * @throws JobException 404 if nothing is registered for the type
     */
    byte[] template(StorePath object, String contentType, String query)
            throws JobException, JobRefused, IOException {
        String bare = contentType.split(";", 2)[0].strip();
        StorePath path =
                new StorePath(
                        object.account(), Template.CONTAINER, Template.objectName(contentType));
        Template template;
        // No set-uid here: templates are the account's own.
        try (Reply reply = swift.get(authority.caller(), path, "")) {
            if (reply.status() == 404 && bare.equals(EXECUTABLE)) {
                template = Template.forExecutables();
            } else if (reply.status() == 404) {
                throw JobException.of(ErrorCode.NO_APPLICATION, bare);
            } else {
                require(reply, path);
                template =
                        Template.parse(
                                reply.body().readNBytes(limits.documentBytes() + 1),
                                path.toString(),
                                limits);
            }
        }
        JsonNode filled = template.fill(parameters(query), object);
        return JSON.writeValueAsBytes(filled);
    }

    private Reply get(StorePath object, int first) throws JobException {
        Caller reader = authority.reader(object);
        Reply reply = get(reader, object, first);
        if ((reply.status() == 401 || reply.status() == 403)
                && authority.mayReadOtherwise(object, reader)) {
            reply.close();
            return get(object, first);
        }
        Optional<StorePath> target = CallerFacts.target(reply);
        if (target.isPresent() && !authority.mayFollow(object, target.get())) {
            reply.close();
            throw JobException.as(
                    ErrorCode.FETCH_FAILED, 403, "Error 403 Forbidden while fetching " + object);
        }
        return reply;
    }

    private Reply get(Caller reader, StorePath object, int first) throws JobException {
        try {
            return first > 0
                    ? swift.getFirst(reader, object, first)
                    : swift.get(reader, object, "");
        } catch (IOException e) {
            throw JobException.of(ErrorCode.SWIFT_UNREACHABLE, "", e);
        }
    }

    private static void require(Reply reply, StorePath object) throws JobException {
        if (reply.status() / 100 != 2) {
            throw JobException.as(
                    ErrorCode.FETCH_FAILED,
                    reply.status() < 400 ? 502 : reply.status(),
                    "Error " + reply.status() + " " + reply.reason() + " while fetching " + object);
        }
    }

    /**
     * {@code swift://account/container/object}.
     *
     * @param account what {@code .} and {@code ~} mean; empty where they mean nothing
     */
    private static StorePath path(String text, String account) throws JobException {
        String prefix = "swift://";
        String[] parts =
                text.startsWith(prefix)
                        ? text.substring(prefix.length()).split("/", 3)
                        : new String[0];
        if (parts.length < 3 || parts[0].isEmpty() || parts[1].isEmpty() || parts[2].isEmpty()) {
            throw JobException.of(ErrorCode.SOURCE_FORMAT);
        }
        boolean own = parts[0].equals(".") || parts[0].equals("~");
        if (own && account.isEmpty()) {
            throw JobException.of(ErrorCode.SOURCE_FORMAT);
        }
        return new StorePath(own ? account : parts[0], parts[1], parts[2]);
    }

    /** A query's parameters, decoded; of a repeated one the last. */
    static Map<String, String> parameters(String query) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String pair : query.split("&")) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                parameters.put(
                        decoded(pair.substring(0, equals)), decoded(pair.substring(equals + 1)));
            }
        }
        return parameters;
    }

    private static String decoded(String text) {
        String spaced = text.replace('+', ' ');
        String decoded = JobRequest.percentDecoded(spaced);
        // A lone byte of a multi-byte character: as it came.
        return decoded.equals(spaced)
                ? new String(spaced.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8)
                : decoded;
    }
}
