package io.zerocloud.plan;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.zerocloud.nvram.CommandLine;
import io.zerocloud.plan.Channel.Backing;
import io.zerocloud.plan.placement.Placement;
import java.util.List;
import java.util.Locale;

/** Says what a plan is and why, once as text for people and once as JSON for programs. */
record Explanation(Plan plan) {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    String text() {
        StringBuilder text = new StringBuilder();
        text.append(
                String.format(
                        Locale.ROOT,
                        "%s of account %s, %s, %s\n",
                        counted(plan.sessions().size(), "session"),
                        plan.job().context().account(),
                        counted(plan.job().groups().size(), "group"),
                        counted(plan.connections().size(), "connection")));
        for (Session session : plan.sessions()) {
            session(session, text);
        }
        for (String note : plan.job().notes()) {
            text.append("note: ").append(note).append('\n');
        }
        return text.toString();
    }

    private static String counted(int number, String thing) {
        return number + " " + thing + (number == 1 ? "" : "s");
    }

    private void session(Session session, StringBuilder text) {
        text.append(session.name());
        if (plan.isPlaced()) {
            Placement placement = plan.placementOf(session);
            text.append(" on ").append(placement.node());
            if (placement.wave() > 0) {
                text.append(" in wave ").append(placement.wave());
            }
            text.append(", ").append(word(placement.reason())).append(": ").append(placement.why());
        }
        text.append('\n');
        text.append("  program ").append(program(session.program())).append('\n');
        text.append("  command ").append(CommandLine.join(session.arguments())).append('\n');
        for (Channel channel : session.channels()) {
            text.append("  ").append(channel.path()).append(' ').append(backing(channel.backing()));
            if (session.attachment().filter(a -> a.device().equals(channel.device())).isPresent()) {
                text.append(", attached");
            }
            text.append('\n');
        }
    }

    private static String word(Placement.Reason reason) {
        return reason.name().toLowerCase(Locale.ROOT);
    }

    private static String program(Program program) {
        return switch (program) {
            case Program.Stored stored -> "object " + object(stored.object());
            case Program.InImage file -> "file " + file.path() + " of " + file.image();
        };
    }

    private String backing(Backing backing) {
        return switch (backing) {
            case Backing.Nothing nothing -> "nothing";
            case Backing.ObjectInput input -> "reads " + object(input.object());
            case Backing.ContainerInput input -> "reads the listing of " + input.container().path();
            case Backing.Payload payload -> "reads the request's body";
            case Backing.UploadedImage image -> "is the request's image, mounted at /";
            case Backing.SystemImage image -> "is system image " + image.name() + ", mounted at /";
            case Backing.ObjectOutput output ->
                    "writes " + output.path() + ", " + output.contentType();
            case Backing.Response response ->
                    response.body()
                            ? "goes to the response, " + response.contentType()
                            : "is discarded";
            case Backing.PeerInput peer -> {
                Connection connection = plan.connections().get(peer.connection());
                yield "from "
                        + plan.session(connection.from()).name()
                        + ":/dev/"
                        + connection.fromDevice();
            }
            case Backing.PeerOutput peer -> {
                Connection connection = plan.connections().get(peer.connection());
                yield "to "
                        + plan.session(connection.to()).name()
                        + ":/dev/"
                        + connection.toDevice();
            }
        };
    }

    private static String object(ObjectRef object) {
        return object.path()
                + object.pin()
                        .map(pin -> ", " + pin.length() + " bytes, etag " + pin.etag())
                        .orElse("");
    }

    ObjectNode json() {
        ObjectNode root = JSON.objectNode();
        root.put("account", plan.job().context().account());
        ArrayNode sessions = root.putArray("sessions");
        for (Session session : plan.sessions()) {
            sessions.add(json(session));
        }
        ArrayNode connections = root.putArray("connections");
        for (Connection connection : plan.connections()) {
            connections
                    .addObject()
                    .put("from", plan.session(connection.from()).name())
                    .put("from_device", "/dev/" + connection.fromDevice())
                    .put("to", plan.session(connection.to()).name())
                    .put("to_device", "/dev/" + connection.toDevice());
        }
        ArrayNode notes = root.putArray("notes");
        plan.job().notes().forEach(notes::add);
        return root;
    }

    private ObjectNode json(Session session) {
        ObjectNode node = JSON.objectNode();
        node.put("id", session.id()).put("name", session.name()).put("group", session.group());
        if (plan.isPlaced()) {
            Placement placement = plan.placementOf(session);
            node.put("node", placement.node())
                    .put("wave", placement.wave())
                    .put("reason", word(placement.reason()))
                    .put("why", placement.why());
            strings(node.putArray("alternatives"), placement.alternatives());
        }
        ObjectNode program = node.putObject("program");
        program.put("url", session.program().url());
        if (session.program() instanceof Program.Stored stored) {
            object(program, stored.object());
        }
        strings(node.putArray("arguments"), session.arguments());
        ObjectNode env = node.putObject("env");
        session.env().forEach(env::put);
        session.attachment().ifPresent(a -> node.put("attached", "/dev/" + a.device()));
        session.location().ifPresent(label -> node.put("location", label));
        strings(node.putArray("captures"), session.captures());
        node.put("component", session.component());
        ArrayNode channels = node.putArray("channels");
        for (Channel channel : session.channels()) {
            ObjectNode json = channels.addObject();
            json.put("device", channel.path())
                    .put("type", channel.type().code())
                    .put("mode", channel.mode().word());
            json.putArray("limits")
                    .add(channel.limits().reads())
                    .add(channel.limits().readBytes())
                    .add(channel.limits().writes())
                    .add(channel.limits().writeBytes());
            backing(json, channel.backing());
        }
        return node;
    }

    private static void strings(ArrayNode array, List<String> texts) {
        texts.forEach(array::add);
    }

    private static void object(ObjectNode node, ObjectRef object) {
        node.put("path", object.path().toString());
        object.pin()
                .ifPresent(
                        pin ->
                                node.put("bytes", pin.length())
                                        .put("etag", pin.etag())
                                        .put("content_type", pin.contentType()));
    }

    private static void backing(ObjectNode node, Backing backing) {
        switch (backing) {
            case Backing.Nothing nothing -> node.put("is", "nothing");
            case Backing.ObjectInput input -> object(node.put("is", "object"), input.object());
            case Backing.ContainerInput input ->
                    object(node.put("is", "container"), input.container());
            case Backing.Payload payload -> node.put("is", "payload");
            case Backing.UploadedImage image -> node.put("is", "image").put("gzip", image.gzip());
            case Backing.SystemImage image ->
                    node.put("is", "system-image").put("image", image.name());
            case Backing.ObjectOutput output -> {
                node.put("is", "output")
                        .put("path", output.path().toString())
                        .put("content_type", output.contentType())
                        .put("min_size", output.minSize());
                ObjectNode meta = node.putObject("meta");
                output.meta().forEach(meta::put);
            }
            case Backing.Response response -> {
                node.put("is", response.body() ? "response" : "discarded")
                        .put("content_type", response.contentType())
                        .put("min_size", response.minSize());
                ObjectNode meta = node.putObject("meta");
                response.meta().forEach(meta::put);
            }
            case Backing.PeerInput peer ->
                    node.put("is", "peer-input").put("connection", peer.connection());
            case Backing.PeerOutput peer ->
                    node.put("is", "peer-output").put("connection", peer.connection());
        }
    }
}
