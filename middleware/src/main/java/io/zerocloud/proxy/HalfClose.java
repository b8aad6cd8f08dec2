package io.zerocloud.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import io.zerocloud.error.ErrorCode;

/**
 * Answers a client that ends its side within a request's body: 499, as Swift does. He may still
 * read; Vert.x closes both directions at once. A client that ends his side elsewhere is taken for
 * gone, as ever: nothing tells him from one that is, and a job without its client is cancelled.
 */
final class HalfClose extends ChannelDuplexHandler {
    /** Vert.x's name of its own last handler. */
    private static final String VERTX = "handler";

    private int requests;
    private int answers;
    private boolean unfinished;
    private boolean answering;

    private HalfClose() {}

    /** Watches a connection of a client. Its event loop calls this when it is made. */
    static void watch(HttpConnection connection) {
        if (connection instanceof ConnectionBase base) {
            Channel channel = base.channel();
            channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
            channel.pipeline().addBefore(VERTX, "half-close", new HalfClose());
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest) {
            requests++;
            unfinished = true;
        }
        if (message instanceof LastHttpContent) {
            unfinished = false;
        }
        context.fireChannelRead(message);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message instanceof HttpResponse response) {
            answering = response.status().codeClass() != HttpStatusClass.INFORMATIONAL;
        }
        if (answering && message instanceof LastHttpContent) {
            answering = false;
            answers++;
        }
        var _ = context.write(message, promise);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event != ChannelInputShutdownEvent.INSTANCE) {
            context.fireUserEventTriggered(event);
        } else if (unfinished && !answering && answers == requests - 1) {
            var _ = context.writeAndFlush(disconnect()).addListener(ChannelFutureListener.CLOSE);
        } else {
            var _ = context.close();
        }
    }

    private static HttpResponse disconnect() {
        ErrorCode code = ErrorCode.CLIENT_DISCONNECT;
        byte[] text =
                (code.text() + ": the request's body did not come to its end").getBytes(UTF_8);
        DefaultFullHttpResponse response =
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1,
                        new HttpResponseStatus(code.status(), code.text()),
                        Unpooled.wrappedBuffer(text));
        response.headers()
                .set("Content-Type", "text/plain; charset=UTF-8")
                .set("X-Content-Type-Options", "nosniff")
                .set("Connection", "close")
                .set("Content-Length", text.length);
        return response;
    }
}
