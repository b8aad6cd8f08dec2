package io.zerocloud.run;

import io.zerocloud.answer.JobOutcome;
import io.zerocloud.answer.ReportHeaders;
import io.zerocloud.answer.ReportJson;
import io.zerocloud.authority.Caller;
import io.zerocloud.authority.SwiftApi;
import io.zerocloud.job.StorePath;
import io.zerocloud.stream.BlockingHttp.Reply;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The report of a job whose headers cannot tell of all its nodes, as an object of its account. */
final class StoredReport {
    private static final Logger LOG = LoggerFactory.getLogger(StoredReport.class);

    /** Where large reports go, beside the templates of the original. */
    private static final String FOLDER = ".zvm";

    private StoredReport() {}

    /** Stores a report of all sessions if the headers cannot tell of all. */
    static JobOutcome of(
            SwiftApi swift, Caller caller, JobOutcome outcome, ReportHeaders.Place place) {
        if (!ReportHeaders.overflows(outcome, place)) {
            return outcome;
        }
        StorePath path =
                new StorePath(outcome.account(), FOLDER, "reports/" + outcome.job() + ".json");
        byte[] json = ReportJson.of(outcome);
        Map<String, String> headers =
                Map.of("Content-Type", "application/json", "X-Delete-After", "604800");
        try {
            try (Reply reply = swift.putContainer(caller, path.inContainer())) {
                reply.status();
            }
            try (Reply reply =
                    swift.put(caller, path, headers, new ByteArrayInputStream(json), json.length)) {
                return reply.status() == 201 ? outcome.withReportAt(path.url()) : outcome;
            }
        } catch (IOException e) {
            LOG.warn("The report of job {} was not stored", outcome.job(), e);
            return outcome;
        }
    }
}
