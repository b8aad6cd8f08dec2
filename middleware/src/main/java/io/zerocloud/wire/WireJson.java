package io.zerocloud.wire;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import io.zerocloud.plan.Channel;
import io.zerocloud.plan.Program;
import java.io.IOException;
import java.util.Objects;
import java.util.stream.Collectors;

/** Records to JSON and back: components only, unknown fields and missing values refused. */
public final class WireJson {
    private static final ObjectMapper JSON =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(64)
                                                    .maxStringLength(8 << 20)
                                                    .build())
                                    .build())
                    .addModule(new Jdk8Module())
                    .visibility(PropertyAccessor.GETTER, JsonAutoDetect.Visibility.NONE)
                    .visibility(PropertyAccessor.IS_GETTER, JsonAutoDetect.Visibility.NONE)
                    .visibility(PropertyAccessor.FIELD, JsonAutoDetect.Visibility.ANY)
                    .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .addMixIn(Channel.Backing.class, BackingNames.class)
                    .addMixIn(Program.class, ProgramNames.class)
                    .build();

    private WireJson() {}

    /** One line of JSON. */
    public static byte[] write(Object message) {
        try {
            return JSON.writeValueAsBytes(message);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(
                    "cannot write " + message.getClass().getSimpleName(), e);
        }
    }

    /**
     * @throws IOException if the bytes are not such a message. Its text names the place and never
     *     repeats a value: an order holds a token, and messages are logged.
     */
    public static <T> T read(byte[] bytes, Class<T> type) throws IOException {
        try {
            T message = JSON.readValue(bytes, type);
            if (message == null) {
                throw new IOException("null is no " + type.getSimpleName());
            }
            return message;
        } catch (JsonMappingException e) {
            String at =
                    e.getPath().stream()
                            .map(step -> Objects.toString(step.getFieldName(), "[]"))
                            .map(name -> name.matches("[A-Za-z]{1,20}|\\[]") ? name : "?")
                            .collect(Collectors.joining("."));
            throw new IOException("no " + type.getSimpleName() + ": wrong at '" + at + "'");
        } catch (JsonProcessingException e) {
            throw new IOException("no " + type.getSimpleName() + ": not JSON");
        }
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = Channel.Backing.Nothing.class, name = "nothing"),
        @JsonSubTypes.Type(value = Channel.Backing.ObjectInput.class, name = "object"),
        @JsonSubTypes.Type(value = Channel.Backing.ContainerInput.class, name = "container"),
        @JsonSubTypes.Type(value = Channel.Backing.Payload.class, name = "payload"),
        @JsonSubTypes.Type(value = Channel.Backing.UploadedImage.class, name = "uploaded"),
        @JsonSubTypes.Type(value = Channel.Backing.SystemImage.class, name = "system"),
        @JsonSubTypes.Type(value = Channel.Backing.ObjectOutput.class, name = "output"),
        @JsonSubTypes.Type(value = Channel.Backing.Response.class, name = "response"),
        @JsonSubTypes.Type(value = Channel.Backing.PeerInput.class, name = "from-peer"),
        @JsonSubTypes.Type(value = Channel.Backing.PeerOutput.class, name = "to-peer")
    })
    private interface BackingNames {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = Program.Stored.class, name = "stored"),
        @JsonSubTypes.Type(value = Program.InImage.class, name = "in-image")
    })
    private interface ProgramNames {}
}
