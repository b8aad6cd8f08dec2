package io.zerocloud.serve;

import static io.zerocloud.serve.Client.header;
import static io.zerocloud.serve.Client.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The original's tests of connected nodes, by their numbers in the catalogue, as what a guest sees:
 * which channels it has and that bytes go through them. Peers' addresses, which the original's name
 * server handed out, do not exist any more.
 */
@Timeout(180)
class NetworkCatalogueTest {
    @TempDir static Path folder;

    private static EmbeddedCluster cluster;
    private static Client user;

    @BeforeAll
    static void start() throws Exception {
        Path image = folder.resolve("sys.tar");
        Files.write(image, new byte[1024]);
        cluster =
                EmbeddedCluster.start(
                        EmbeddedCluster.Config.in(folder.resolve("cluster"))
                                .withNodes(3, 4)
                                .withSystemImages(Map.of("sysimage1", image)));
        user = Client.login(cluster.url(), "test:tester", "testing");
        for (String container : new String[] {"c", "c_in1", "c_out1", "log"}) {
            user.put(container, new byte[0]);
        }
        user.put("c/o", "4 2 7".getBytes(UTF_8));
        user.put("c/image", new byte[1024], "Content-Type", "application/x-tar");
        for (int i = 1; i <= 4; i++) {
            user.put("c_in1/input" + i, ("input " + i).getBytes(UTF_8));
        }
        user.put("c/copy", TestGuests.copy(0, 1, 0));
        user.put("c/says", TestGuests.says("said", "on stderr", 0));
        // Channels beside the standard streams are in the order of their names.
        user.put("c/sorted", TestGuests.copy(4, 1, 0));
        user.put("c/fixed", TestGuests.copy(0, 5, 0));
        user.put("c/reduce", TestGuests.copy(3, 2, 0));
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private static String exec(String program) {
        return "'exec':{'path':'swift://~/c/" + program + "'}";
    }

    /**
     * The devices of every node that are ends of channels, as a networked job's report has them.
     */
    private static Map<String, Set<String>> devices(String job) throws Exception {
        JsonNode report = new ObjectMapper().readTree(user.job(job, "X-Zerovm-Report", "1").body());
        assertThat(report.path("status").asInt()).as(report.toString()).isEqualTo(200);
        Map<String, Set<String>> devices = new TreeMap<>();
        for (JsonNode node : report.path("nodes")) {
            devices.put(node.path("name").asText(), new TreeSet<>());
        }
        for (JsonNode connection : report.path("connections")) {
            for (String end : new String[] {"from", "to"}) {
                JsonNode at = connection.path(end);
                devices.computeIfAbsent(at.path("node").asText(), _ -> new TreeSet<>())
                        .add(at.path("device").asText());
            }
        }
        return devices;
    }

    @Test
    void c2TwoGroupsAreConnectedToEachOtherAndStderrIsStored() throws Exception {
        Map<String, Set<String>> devices =
                devices(
                        ("[{'name':'sort','connect':['merge'],%1$s,'devices':[{'name':'stderr','path':'swift://~/log/sort.log'}]},"
                                        + "{'name':'merge','connect':['sort'],%1$s,'devices':[{'name':'stderr','path':'swift://~/log/merge.log'}]}]")
                                .formatted(exec("says")));
        assertThat(devices.get("sort")).containsExactly("in/merge", "out/merge");
        assertThat(devices.get("merge")).containsExactly("in/sort", "out/sort");
        assertThat(text(user.get("log/sort.log"))).isEqualTo("on stderr");
        assertThat(text(user.get("log/merge.log"))).isEqualTo("on stderr");
    }

    @Test
    void c3StdoutCanBeADeviceOfAnotherNode() throws Exception {
        HttpResponse<byte[]> answer =
                user.job(
                        ("[{'name':'sort',%s,'devices':[{'name':'stdin','path':'swift://~/c/o'},{'name':'stdout','path':'zvm://merge:/dev/sort'}]},"
                                        + "{'name':'merge',%s,'devices':[{'name':'stdout','content_type':'text/plain'}]}]")
                                .formatted(exec("copy"), exec("sorted")));
        assertThat(text(answer)).isEqualTo("4 2 7");
        assertThat(answer.statusCode()).isEqualTo(200);
    }

    @Test
    void c4ThreeStagesAreOnePipeline() throws Exception {
        String job =
                ("[{'name':'stage1',%1$s,'devices':[{'name':'stdin','path':'swift://~/c/o'},{'name':'stdout','path':'zvm://stage2:/dev/stdin'}]},"
                                + "{'name':'stage2',%1$s,'devices':[{'name':'stdout','path':'zvm://stage3:/dev/stdin'}]},"
                                + "{'name':'stage3',%1$s,'devices':[{'name':'stdout','content_type':'text/plain'}]}]")
                        .formatted(exec("copy"));
        HttpResponse<byte[]> answer = user.job(job);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(text(answer)).isEqualTo("4 2 7");
        assertThat(devices(job))
                .containsEntry("stage1", Set.of("stdout"))
                .containsEntry("stage2", Set.of("stdin", "stdout"))
                .containsEntry("stage3", Set.of("stdin"));
    }

    @Test
    void c5GroupsAreConnectedToOthersAndToThemselvesAndReplicasRunOnce() throws Exception {
        Map<String, Set<String>> devices =
                devices(
                        ("[{'name':'sort','count':3,'replicate':2,'connect':['merge','sort'],%1$s,'devices':[]},"
                                        + "{'name':'merge','count':2,'replicate':2,%1$s,'devices':[]}]")
                                .formatted(exec("says")));
        assertThat(devices.keySet())
                .containsExactly("merge-1", "merge-2", "sort-1", "sort-2", "sort-3");
        assertThat(devices.get("sort-2"))
                .containsExactly(
                        "in/sort-1",
                        "in/sort-3",
                        "out/merge-1",
                        "out/merge-2",
                        "out/sort-1",
                        "out/sort-3");
        assertThat(devices.get("merge-1")).containsExactly("in/sort-1", "in/sort-2", "in/sort-3");
    }

    @Test
    void c6And64FiveNodesWithImagesAreConnectedToEachOtherButNotToThemselves() throws Exception {
        Map<String, Set<String>> devices =
                devices(
                        "[{'name':'sort','count':5,'connect':['sort'],%s,'devices':[{'name':'sysimage1'},{'name':'image','path':'swift://~/c/image'}]}]"
                                .formatted(exec("says")));
        assertThat(devices).hasSize(5);
        devices.forEach(
                (name, own) -> {
                    List<String> wanted = new ArrayList<>();
                    for (String way : new String[] {"in/", "out/"}) {
                        for (int i = 1; i <= 5; i++) {
                            if (!name.equals("sort-" + i)) {
                                wanted.add(way + "sort-" + i);
                            }
                        }
                    }
                    assertThat(own).containsExactlyElementsOf(wanted);
                });
    }

    @Test
    void c7WildcardMappersAreConnectedToReducersAndToEachOther() throws Exception {
        Map<String, Set<String>> devices =
                devices(
                        ("[{'name':'map','connect':['red','map'],%1$s,'devices':[{'name':'stdin','path':'swift://~/c_in1/input*'},{'name':'stderr','path':'swift://~/log/map*.log'}]},"
                                        + "{'name':'red','count':4,%1$s,'devices':[{'name':'stderr','path':'swift://~/log/red*.log'}]}]")
                                .formatted(exec("says")));
        for (int i = 1; i <= 4; i++) {
            Set<String> mapper = devices.getOrDefault("map-" + i, Set.of());
            assertThat(mapper.stream().filter(device -> device.startsWith("in/map-"))).hasSize(3);
            assertThat(mapper.stream().filter(device -> device.startsWith("out/map-"))).hasSize(3);
            assertThat(mapper.stream().filter(device -> device.startsWith("out/red-"))).hasSize(4);
            assertThat(devices.get("red-" + i))
                    .containsExactly("in/map-1", "in/map-2", "in/map-3", "in/map-4");
            assertThat(text(user.get("log/map" + i + ".log"))).isEqualTo("on stderr");
            assertThat(text(user.get("log/redred-" + i + ".log"))).isEqualTo("on stderr");
        }
    }

    @Test
    void c48ConnectedNodesOfOneLabelAreShownTogether() throws Exception {
        String job =
                "[{'name':'a','count':3,'location':'here','connect':['b'],%1$s,'devices':[]},{'name':'b',%1$s,'devices':[]}]"
                        .formatted(exec("says"));
        String[] shown = header(user.job(job), "X-Nexe-Colocated").split(",");
        assertThat(shown).hasSize(4);
        assertThat(shown[0]).isNotEqualTo("0").isEqualTo(shown[1]).isEqualTo(shown[2]);
        assertThat(shown[3]).isEqualTo("0");
        assertThat(header(user.job(job.replace("'location':'here',", "")), "X-Nexe-Colocated"))
                .isEqualTo("0,0,0,0");
    }

    @Test
    void c52AWildcardInputAndAFixedOneGoToOneReducer() throws Exception {
        HttpResponse<byte[]> answer =
                user.job(
                        ("[{'name':'mapper','connect':['reducer'],%s,'devices':[{'name':'input','path':'swift://~/c_in1/input1*'},"
                                        + "{'name':'stdin','path':'swift://~/c/o'},{'name':'stderr','path':'swift://~/c_out1/output1*.err'}]},"
                                        + "{'name':'reducer',%s,'devices':[{'name':'stderr','path':'swift://~/c_out1/*.err'}]}]")
                                .formatted(exec("fixed"), exec("reduce")));
        assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
        assertThat(header(answer, "X-Nexe-System")).isEqualTo("mapper-1,reducer");
        assertThat(text(user.get("c_out1/output1.err"))).isEmpty();
        assertThat(text(user.get("c_out1/reducer.err"))).isEqualTo("4 2 7");
    }
}
