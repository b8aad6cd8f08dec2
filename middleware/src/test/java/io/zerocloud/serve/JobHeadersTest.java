package io.zerocloud.serve;

import static io.zerocloud.serve.Client.header;
import static io.zerocloud.serve.Client.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

/** What the original did not have: reports, keys, streams. */
class JobHeadersTest extends JobCatalogue {
    @Test
    void theReportTellsWhereAndWhyAndHowLong() throws Exception {
        HttpResponse<byte[]> answer =
                user.job(
                        "[{'name':'n',%s,'devices':[{'name':'stdin','path':'swift://~/c/o'},{'name':'stdout'}]}]"
                                .formatted(COPY),
                        "X-Zerovm-Report",
                        "1",
                        "X-Zerovm-Timeout",
                        "7.5");
        assertThat(header(answer, "Content-Type"))
                .isEqualTo("application/vnd.zerocloud.report+json");
        JsonNode node = new ObjectMapper().readTree(answer.body()).at("/nodes/0");
        assertThat(node.path("agent").asText()).startsWith("node");
        assertThat(node.path("why").asText()).isNotEmpty();
        assertThat(node.path("data").asText()).isEqualTo("local");
        assertThat(node.path("state").asText()).isEqualTo("ok");
        assertThat(node.path("returnCode").asInt(-1)).isZero();
        assertThat(node.path("outputBytes").asInt()).isEqualTo(10);
        assertThat(node.path("milliseconds").fieldNames())
                .toIterable()
                .contains("queue", "prepare", "start", "run", "store", "total");
        assertThat(node.at("/io/readBytes").asInt()).isGreaterThanOrEqualTo(10);
        assertThat(node.at("/limits/memoryBytes").asLong()).isEqualTo(256L << 20);
        assertThat(node.at("/limits/seconds").asDouble()).isEqualTo(7.5);
        for (String each : new String[] {"operations", "readBytes", "writtenBytes"}) {
            assertThat(node.path("limits").path(each).asLong()).as(each).isPositive();
        }
    }

    @Test
    void aRepeatedKeyGetsTheFirstRunsAnswer() throws Exception {
        String job = hello("{'name':'stdout'}");
        HttpResponse<byte[]> first = user.job(job, "X-Zerovm-Job-Key", "k1");
        HttpResponse<byte[]> second = user.job(job, "X-Zerovm-Job-Key", "k1");
        assertThat(header(second, "X-Zerocloud-Id")).isNotEqualTo(header(first, "X-Zerocloud-Id"));
        assertThat(header(second, "X-Zerovm-Job-Key-Repeated")).isEqualTo("1");
        assertThat(header(second, "X-Nexe-Cdr-Line")).isEqualTo(header(first, "X-Nexe-Cdr-Line"));
        assertThat(text(second)).isEqualTo("hello, world");
    }

    @Test
    void aStreamedAnswerComesInJobOrder() throws Exception {
        HttpResponse<byte[]> answer = user.job(wild("c_in*/in*", ""), "X-Zerovm-Stream", "1");
        assertThat(text(answer))
                .isEqualTo("c_in1/input1\nc_in1/input2\nc_in2/input1\nc_in2/input2\n");
    }

    @Test
    void nothingIsLeftAtTheAgents() throws Exception {
        user.job(hello("{'name':'stdout'}"));
        org.awaitility.Awaitility.await()
                .untilAsserted(
                        () ->
                                assertThat(cluster.agents())
                                        .allSatisfy(
                                                agent -> {
                                                    assertThat(agent.sessions()).isZero();
                                                    assertThat(agent.spoolBytes()).isZero();
                                                }));
    }
}
