package io.zerocloud.run;

import io.vertx.core.Context;
import io.vertx.core.http.HttpServerRequest;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A body whose client waits to be told that it is wanted: it is, when its first byte is read. */
final class Expectation extends FilterInputStream {
    private final HttpServerRequest request;
    private final Context context;
    private boolean asked;

    private Expectation(HttpServerRequest request, Context context, InputStream body) {
        super(body);
        this.request = request;
        this.context = context;
    }

    /** The body of a request, whether or not its client waits. */
    static InputStream of(HttpServerRequest request, Context context, InputStream body) {
        String expect = request.getHeader("Expect");
        return expect != null && expect.equalsIgnoreCase("100-continue")
                ? new Expectation(request, context, body)
                : body;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (!asked) {
            asked = true;
            context.runOnContext(
                    _ -> {
                        var _ = request.response().writeContinue();
                    });
        }
        return super.read(into, offset, length);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }
}
