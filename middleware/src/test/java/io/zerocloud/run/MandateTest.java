package io.zerocloud.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.zerocloud.job.JobContext;
import io.zerocloud.job.JobLimits;
import io.zerocloud.job.JobParser;
import io.zerocloud.plan.PlanSettings;
import io.zerocloud.plan.Planner;
import io.zerocloud.plan.Session;
import io.zerocloud.plan.snapshot.SnapshotParser;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which sessions an agent can get the caller's token for, however it asks. */
class MandateTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "file://sys:p | {'name':'stdout'}                                     | false",
                "file://sys:p | {'name':'stdin'},{'name':'sys'}                       | false",
                "file://sys:p | {'name':'stdin','path':'swift://~/c/o'}               | true",
                "file://sys:p | {'name':'input','path':'swift://~/c'}                 | true",
                "file://sys:p | {'name':'stdout','path':'swift://~/c/out'}            | true",
                "swift://~/c/p | {'name':'stdout'}                                    | true"
            })
    void onlyThoseThatTouchSwift(String program, String devices, boolean expected)
            throws Exception {
        String job =
                "[{'name':'n','exec':{'path':'%s'},'devices':[%s]}]".formatted(program, devices);
        var store =
                SnapshotParser.parse(
                                "{\"account\":\"a\",\"containers\":{\"c\":[\"o\",\"p\"]}}"
                                        .getBytes(StandardCharsets.UTF_8))
                        .store();
        Session session =
                new Planner(PlanSettings.DEFAULT)
                        .expand(
                                JobParser.parse(
                                        job.replace('\'', '"').getBytes(StandardCharsets.UTF_8),
                                        JobContext.of("a", Set.of("sys")),
                                        JobLimits.DEFAULT),
                                store)
                        .session(1);
        assertThat(Orders.touchesSwift(session)).isEqualTo(expected);
    }
}
