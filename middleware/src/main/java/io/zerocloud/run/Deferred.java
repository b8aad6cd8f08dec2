package io.zerocloud.run;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.zerocloud.answer.AnswerHead;
import io.zerocloud.answer.AnswerWriter;
import io.zerocloud.answer.JobOutcome;
import io.zerocloud.answer.ReportJson;
import io.zerocloud.answer.SessionAnswer;
import io.zerocloud.authority.Caller;
import io.zerocloud.authority.JobAuthority;
import io.zerocloud.authority.SwiftApi;
import io.zerocloud.error.JobException;
import io.zerocloud.job.StorePath;
import io.zerocloud.request.Headers;
import io.zerocloud.request.JobRequest;
import io.zerocloud.stream.BlockingHttp.Reply;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the result of a job goes whose client does not wait: the answer's body to an object, its
 * status and headers as JSON to another beside it, whose name ends in {@code .headers} and which
 * comes last, so that who sees it can fetch the whole.
 */
final class Deferred {
    private static final Logger LOG = LoggerFactory.getLogger(Deferred.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Of a job posted to an account. */
    private static final String CONTAINER = ".zvm";

    private final SwiftApi swift;
    private final JobAuthority authority;
    private final StorePath place;

    private Deferred(SwiftApi swift, JobAuthority authority, StorePath place) {
        this.swift = swift;
        this.authority = authority;
        this.place = place;
    }

    /**
     * Chooses the place: the object of the request's URL, or a new one in its container or in
     * {@code .zvm}. The container is made if it is missing and the caller may.
     *
     * @throws JobException if the result could not be stored there: then the job must not run
     */
    static Deferred prepare(SwiftApi swift, JobAuthority authority, JobRequest request)
            throws JobException, IOException {
        String container = request.target().container();
        String object = request.target().object();
        StorePath place =
                new StorePath(
                        request.target().account(),
                        container.isEmpty() ? CONTAINER : container,
                        object.isEmpty() ? "job-" + UUID.randomUUID() : object);
        try (Reply made = swift.putContainer(authority.caller(), place.inContainer())) {
            made.status();
        }
        authority.requireWrite(place.inContainer());
        return new Deferred(swift, authority, place);
    }

    /** {@code swift://account/container/object}. */
    String url() {
        return place.url();
    }

    /** Stores what a finished job would have answered. */
    void store(
            JobOutcome outcome,
            boolean report,
            Map<String, String> extra,
            AnswerWriter.Outputs outputs) {
        AnswerHead head = AnswerHead.of(outcome, extra);
        try {
            if (report) {
                byte[] json = ReportJson.of(outcome);
                put(place, Headers.REPORT_TYPE, new ByteArrayInputStream(json), json.length);
            } else {
                List<InputStream> parts = new ArrayList<>();
                for (SessionAnswer part : outcome.parts()) {
                    parts.add(new Late(() -> AnswerWriter.open(part, outputs)));
                }
                try (InputStream body = new SequenceInputStream(Collections.enumeration(parts))) {
                    put(place, head.contentType(), body, outcome.length());
                }
            }
            headers(head.status(), head.headers());
        } catch (IOException e) {
            LOG.warn("The result of job {} was not stored: {}", outcome.job(), e.getMessage());
        }
    }

    /** Stores why a job failed after its answer. */
    void store(JobException error) {
        byte[] text = error.message().getBytes(StandardCharsets.UTF_8);
        try {
            put(place, "text/plain; charset=UTF-8", new ByteArrayInputStream(text), text.length);
            List<String> headers = new ArrayList<>();
            error.headers().forEach((name, value) -> headers.addAll(List.of(name, value)));
            headers(error.status(), headers);
        } catch (IOException e) {
            LOG.warn("The failure of a deferred job was not stored: {}", e.getMessage());
        }
    }

    private void headers(int status, List<String> headers) throws IOException {
        ObjectNode json = JSON.createObjectNode();
        json.put("Status", Integer.toString(status));
        for (int i = 0; i + 1 < headers.size(); i += 2) {
            json.put(title(headers.get(i)), headers.get(i + 1));
        }
        byte[] bytes = JSON.writeValueAsBytes(json);
        put(
                new StorePath(place.account(), place.container(), place.object() + ".headers"),
                "application/json",
                new ByteArrayInputStream(bytes),
                bytes.length);
    }

    private void put(StorePath path, String type, InputStream body, long length)
            throws IOException {
        Caller writer = authority.writer(path);
        try (Reply reply = swift.put(writer, path, Map.of("Content-Type", type), body, length)) {
            if (reply.status() / 100 != 2) {
                throw new IOException(
                        "Status "
                                + reply.status()
                                + " "
                                + reply.reason()
                                + " when putting "
                                + path);
            }
        }
    }

    /** {@code x-nexe-cdr-line} to {@code X-Nexe-Cdr-Line}. */
    private static String title(String name) {
        StringBuilder title = new StringBuilder();
        boolean first = true;
        for (char c : name.toLowerCase(Locale.ROOT).toCharArray()) {
            title.append(first ? Character.toUpperCase(c) : c);
            first = c == '-';
        }
        return title.toString();
    }

    /** A part that is fetched when its turn comes. */
    private static final class Late extends InputStream {
        private final Opening opening;
        private InputStream in = InputStream.nullInputStream();
        private boolean opened;

        interface Opening {
            InputStream open() throws IOException;
        }

        Late(Opening opening) {
            this.opening = opening;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (!opened) {
                in = opening.open();
                opened = true;
            }
            return in.read(into, offset, length);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
