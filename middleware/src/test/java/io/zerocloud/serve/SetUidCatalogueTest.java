package io.zerocloud.serve;

import static io.zerocloud.serve.Client.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Apps that run for those to whom their owner opened them. */
class SetUidCatalogueTest extends AppCatalogue {
    @Test
    void c81To84AnAppRunsForThoseToWhomItsContainerIsOpen() throws Exception {
        for (Client caller : List.of(other, user.anonymous())) {
            String to = caller == other ? "a1:user1" : ".r:*,.rlistings";
            String tag = caller == other ? "u" : "n";
            opened("auth" + tag, to, "auth" + tag);
            opened("shared" + tag, to, "auth" + tag);
            opened("closed" + tag, "", "auth" + tag);
            opened("elsewhere" + tag, to, "nowhere");
            String container = "auth" + tag;
            HttpResponse<byte[]> answer = source(caller, container, container + "/result");
            assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
            assertThat(text(user.get(container + "/result"))).isEqualTo("mine");
            assertThat(source(caller, container, "shared" + tag + "/result").statusCode())
                    .isEqualTo(200);
            assertThat(text(user.get("shared" + tag + "/result"))).isEqualTo("mine");
            int refused = caller == other ? 403 : 401;
            for (String closed : new String[] {"closed", "elsewhere"}) {
                String output = closed + tag + "/result";
                assertThat(source(caller, container, output).statusCode())
                        .as(output)
                        .isEqualTo(refused);
                assertThat(user.get(output).statusCode()).isEqualTo(404);
            }
            // Opened for the app, not for the caller.
            assertThat(caller.call("GET", path(container + "/in"), new byte[0]).statusCode())
                    .isEqualTo(refused);
            assertThat(source(caller, "closed" + tag, "closed" + tag + "/x").statusCode())
                    .isEqualTo(refused);
            assertThat(source(caller, "elsewhere" + tag, "elsewhere" + tag + "/x").statusCode())
                    .isEqualTo(refused);
        }
    }

    @Test
    void c86To92AnEndpointRunsForThoseToWhomItsContainerIsOpen() throws Exception {
        for (Client caller : List.of(other, user.anonymous())) {
            String tag = caller == other ? "api1" : "api2";
            opened(tag, caller == other ? "a1:user1" : ".r:*,.rlistings", tag);
            HttpResponse<byte[]> answer =
                    caller.call("DELETE", "/api/" + user.account() + "/" + tag, new byte[0]);
            assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
            assertThat(text(answer)).isEqualTo("mine");
        }
        opened("api3", "", "api3");
        assertThat(
                        user.call("DELETE", "/api/" + user.account() + "/api3", new byte[0])
                                .statusCode())
                .isEqualTo(200);
        assertThat(
                        other.call("DELETE", "/api/" + user.account() + "/api3", new byte[0])
                                .statusCode())
                .isIn(403, 404);
    }

    @Test
    void c93To102AChainedJobHasTheRightsOfItsApp() throws Exception {
        opened("chain1", "a1:user1", "chain1");
        opened("chain2", "a1:user1", "chain1");
        opened("chain3", "", "chain1");
        for (String container : new String[] {"chain2", "chain3"}) {
            String second =
                    "[{'name':'n','exec':{'path':'swift://~/chain1/copy'},'devices':[{'name':'stdin','path':'swift://~/%s/in'},{'name':'stdout'}]}]"
                            .formatted(container);
            user.put("chain1/first", TestGuests.says(chained("application/json", second), "", 0));
            app("chain1/app", one("chain1/first", "message/http"));
            HttpResponse<byte[]> answer =
                    other.call(
                            "POST",
                            "/v1/" + user.account(),
                            new byte[0],
                            "X-Zerovm-Execute",
                            "1.0",
                            "X-Zerovm-Source",
                            "swift://" + user.account() + "/chain1/app");
            if (container.equals("chain2")) {
                assertThat(text(answer)).isEqualTo("mine");
            } else {
                assertThat(answer.statusCode()).isEqualTo(403);
            }
        }
    }

    @Test
    void anAppOfOnesOwnDoesNotSpendAnothersSlots() throws Exception {
        other.put("mine", new byte[0]);
        other.put("mine/hello", TestGuests.says("spent", "", 0));
        String app =
                "[{'name':'n','exec':{'path':'swift://%s/mine/hello'},'devices':[{'name':'stdout'}]}]"
                        .formatted(other.account());
        other.put("mine/app", json(app), "Content-Type", "application/json");
        other.call(
                "POST",
                "/v1/" + other.account() + "/mine",
                new byte[0],
                "X-Container-Meta-Rest-Endpoint",
                "swift://" + other.account() + "/mine/app",
                "X-Container-Meta-Zerovm-Suid",
                "a1:user1",
                "X-Container-Read",
                "zerocloud:service");
        assertThat(
                        other.call(
                                        "POST",
                                        "/v1/" + user.account(),
                                        new byte[0],
                                        "X-Zerovm-Execute",
                                        "1.0",
                                        "X-Zerovm-Source",
                                        "swift://" + other.account() + "/mine/app")
                                .statusCode())
                .isEqualTo(403);
    }
}
