package io.zerocloud.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.zerocloud.job.Job;
import io.zerocloud.job.JobContext;
import io.zerocloud.job.JobLimits;
import io.zerocloud.job.JobParser;
import io.zerocloud.job.JobRefused;
import io.zerocloud.plan.snapshot.SnapshotParser;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Large jobs cost what they hold. Bytes allocated are the same on every machine; times are not. */
class LargeJobTest {
    private static final String JOB =
            """
            [{"name": "map", "exec": {"path": "swift://~/data/exe"}, "connect": ["reduce"],
              "devices": [{"name": "input", "path": "swift://~/data/part-*"},
                          {"name": "stderr", "path": "swift://~/log/*.log"}]},
             {"name": "reduce", "exec": {"path": "swift://~/data/exe"}}]
            """;

    private static SnapshotParser.Read store(int objects) throws IOException {
        String names =
                IntStream.range(0, objects)
                        .mapToObj("\"part-%06d\""::formatted)
                        .collect(Collectors.joining(","));
        String store =
                "{\"nodes\": [{\"id\": \"n\", \"slots\": 20000}], \"containers\": {\"data\": [\"exe\", "
                        + names
                        + "]}}";
        return SnapshotParser.parse(store.getBytes(StandardCharsets.UTF_8));
    }

    private static Plan plan(SnapshotParser.Read given) throws JobRefused {
        Job job =
                JobParser.parse(
                        JOB.getBytes(StandardCharsets.UTF_8),
                        JobContext.of("AUTH_test", Set.of()),
                        JobLimits.DEFAULT);
        Planner planner = new Planner(PlanSettings.DEFAULT);
        Plan plan = planner.pin(planner.expand(job, given.store()), given.store());
        return planner.place(plan, given.store().cluster(), given.store());
    }

    private static double bytesPerObject(int objects) throws IOException, JobRefused {
        SnapshotParser.Read given = store(objects);
        plan(given);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        Plan plan = plan(given);
        long after = threads.getCurrentThreadAllocatedBytes();
        assertThat(plan.sessions()).hasSize(objects + 1);
        assertThat(plan.connections()).hasSize(objects);
        return (double) (after - before) / objects;
    }

    @Test
    void ten_thousand_objects_cost_no_more_each_than_a_thousand() throws IOException, JobRefused {
        double few = bytesPerObject(1_000);
        double many = bytesPerObject(10_000);
        assertThat(many).isLessThan(few * 1.2).isLessThan(20_000);
    }
}
