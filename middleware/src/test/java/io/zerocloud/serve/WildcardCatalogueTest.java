package io.zerocloud.serve;

import static io.zerocloud.serve.Client.header;
import static io.zerocloud.serve.Client.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Groups of many nodes: labels, wildcards, counts, containers. */
class WildcardCatalogueTest extends JobCatalogue {
    @Test
    void c48Co_locatedNodesAreShownTogether() throws Exception {
        HttpResponse<byte[]> answer =
                user.job(
                        """
                        [{'name':'a','location':'here','exec':{'path':'swift://~/c/hello'},'devices':[{'name':'stdout'}]},
                         {'name':'b','location':'here','exec':{'path':'swift://~/c/hello'},'devices':[{'name':'stdout'}]},
                         {'name':'d','exec':{'path':'swift://~/c/hello'},'devices':[{'name':'stdout'}]}]
                        """);
        String[] places = header(answer, "X-Nexe-Colocated").split(",");
        assertThat(places).hasSize(3);
        assertThat(places[0]).isEqualTo(places[1]).isNotEqualTo("0");
        assertThat(places[2]).isEqualTo("0");
        answer =
                user.job(
                        "[{'name':'n','count':3,'exec':{'path':'swift://~/c/hello'},'devices':[{'name':'stdout'}]}]");
        assertThat(header(answer, "X-Nexe-Colocated")).isEqualTo("0,0,0");
        answer =
                user.job(
                        """
                        [{'name':'w','location':'there','exec':{'path':'swift://~/c/copy'},
                          'devices':[{'name':'stdin','path':'swift://~/c_in1/in*'},{'name':'stdout'}]},
                         {'name':'d','exec':{'path':'swift://~/c/hello'},'devices':[{'name':'stdout'}]}]
                        """);
        places = header(answer, "X-Nexe-Colocated").split(",");
        assertThat(places).hasSize(3);
        assertThat(places[0]).isEqualTo(places[1]).isNotEqualTo("0");
        assertThat(places[2]).isEqualTo("0");
    }

    @Test
    void c49WildcardsGiveOneNodeAnObjectInListingOrder() throws Exception {
        assertThat(text(user.job(wild("c_in1/in*", "")))).isEqualTo("c_in1/input1\nc_in1/input2\n");
        assertThat(text(user.job(wild("c_in*/*", ""))))
                .isEqualTo(
                        "c_in1/input1\nc_in1/input2\nc_in1/junk\nc_in2/input1\nc_in2/input2\nc_in2/junk\n");
        assertThat(text(user.job(wild("c_in*/in*", ""))).lines()).hasSize(4);
    }

    @Test
    void c50WildcardsAreSubstitutedIntoOutputs() throws Exception {
        user.job(wild("c_in1/in*", ",'path':'swift://~/c_out1/one*'"));
        assertThat(text(user.get("c_out1/oneput1"))).isEqualTo("c_in1/input1\n");
        assertThat(text(user.get("c_out1/oneput2"))).isEqualTo("c_in1/input2\n");
        HttpResponse<byte[]> answer =
                user.job(wild("c_in*/in*", ",'path':'swift://~/c_out*/out*'"));
        assertThat(header(answer, "X-Nexe-System")).isEqualTo("sort-1,sort-2,sort-3,sort-4");
        assertThat(text(user.get("c_out1/output2"))).isEqualTo("c_in1/input2\n");
        assertThat(text(user.get("c_out2/output1"))).isEqualTo("c_in2/input1\n");
    }

    @Test
    void c51CountedNodesPutTheirNamesIntoOutputs() throws Exception {
        for (int replicate : new int[] {2, 0}) {
            HttpResponse<byte[]> answer =
                    user.job(
                            "[{'name':'sort','count':2,'replicate':%1$d,'exec':{'path':'swift://~/c/hello'},'devices':[{'name':'stdout','path':'swift://~/c_out1/wout%1$d.*'}]}]"
                                    .formatted(replicate));
            assertThat(header(answer, "X-Nexe-System")).isEqualTo("sort-1,sort-2");
            for (String node : new String[] {"sort-1", "sort-2"}) {
                assertThat(text(user.get("c_out1/wout" + replicate + "." + node)))
                        .isEqualTo("hello, world");
            }
        }
    }

    @Test
    void c52AWildcardAndAFixedInputMeetInOneGroup() throws Exception {
        HttpResponse<byte[]> answer =
                user.job(
                        """
                        [{'name':'mapper','exec':{'path':'swift://~/c/toerr'},
                          'devices':[{'name':'input','path':'swift://~/c_in1/input*'},
                                     {'name':'stdin','path':'swift://~/c/o'},
                                     {'name':'stderr','path':'swift://~/c_out1/output*.err'}]},
                         {'name':'reducer','exec':{'path':'swift://~/c/hello'},
                          'devices':[{'name':'stderr','path':'swift://~/c_out1/*.err'}]}]
                        """);
        assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
        assertThat(header(answer, "X-Nexe-System")).isEqualTo("mapper-1,mapper-2,reducer");
        assertThat(text(user.get("c_out1/output1.err"))).isEqualTo("0123456789");
        assertThat(text(user.get("c_out1/output2.err"))).isEqualTo("0123456789");
        assertThat(text(user.get("c_out1/reducer.err"))).isEqualTo("\nfinished\n");
    }

    @Test
    void c53AContainerWildcardGivesEachContainerANode() throws Exception {
        HttpResponse<byte[]> answer =
                user.job(
                        """
                        [{'name':'n','exec':{'path':'swift://~/c/input'},
                          'devices':[{'name':'input','path':'swift://~/c_in*'},
                                     {'name':'stdout','path':'swift://~/c_out1/list_output*','content_type':'application/json'}]}]
                        """);
        assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
        assertThat(header(answer, "X-Nexe-System")).isEqualTo("n-1,n-2");
        for (String number : new String[] {"1", "2"}) {
            HttpResponse<byte[]> list = user.get("c_out1/list_output" + number);
            assertThat(header(list, "Content-Type")).isEqualTo("application/json");
            assertThat(text(list)).startsWith("SQLite format 3");
        }
    }

    @Test
    void c53AContainerIsReadAsADatabaseOfItsListing() throws Exception {
        HttpResponse<byte[]> answer =
                user.job(
                        "[{'name':'n','exec':{'path':'swift://~/c/input'},'devices':[{'name':'input','path':'swift://~/c_in1'},{'name':'stdout','content_type':'application/x-sqlite3'}]}]");
        assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
        Path database = folder.resolve("listing.db");
        Files.write(database, answer.body());
        try (var connection = java.sql.DriverManager.getConnection("jdbc:sqlite:" + database);
                var statement = connection.createStatement();
                var rows =
                        statement.executeQuery("SELECT name, deleted FROM object ORDER BY name")) {
            StringBuilder names = new StringBuilder();
            while (rows.next()) {
                names.append(rows.getString(1)).append(' ').append(rows.getInt(2)).append('\n');
            }
            assertThat(names.toString()).isEqualTo("input1 0\ninput2 0\njunk 0\n");
        }
    }
}
