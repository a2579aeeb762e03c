package dev.serai.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What one pass writes to several connections goes out at its end, all of it and in order. Each of these connections has a
 * queue of tasks of its own; the pass is that of the thread, and its end is a task of the connection that began it.
 */
class FlushPerPassTest {
    private final List<EmbeddedChannel> opened = new ArrayList<>();
    private final EmbeddedChannel first = open();

    private EmbeddedChannel open() {
        EmbeddedChannel channel = new EmbeddedChannel(new FlushPerPass());
        opened.add(channel);
        return channel;
    }

    private static void send(EmbeddedChannel to, String text) {
        var unused = to.pipeline().writeAndFlush(text);
    }

    /** The tasks of a loop come after what it had to read. */
    private void endPass() {
        first.runPendingTasks();
    }

    private static List<Object> sent(EmbeddedChannel to) {
        return List.copyOf(to.outboundMessages());
    }

    private static void close(EmbeddedChannel channel) {
        var unused = channel.close();
    }

    @AfterEach
    void closeAll() {
        endPass();
        opened.forEach(FlushPerPassTest::close);
    }

    @Test
    void theFirstGoesOutAtOnceAndTheOthersAtTheEndOfThePass() {
        EmbeddedChannel second = open();
        EmbeddedChannel third = open();
        send(first, "a");
        assertThat(sent(first)).containsExactly("a");
        send(second, "b");
        send(third, "c");
        send(second, "d");
        assertThat(sent(second)).isEmpty();
        assertThat(sent(third)).isEmpty();
        endPass();
        assertThat(sent(second)).containsExactly("b", "d");
        assertThat(sent(third)).containsExactly("c");

        send(first, "e");
        assertThat(sent(first)).as("of the next pass").containsExactly("a", "e");
    }

    @Test
    void asManyAsMayWaitDoNotWaitForTheEnd() {
        send(first, "a");
        List<EmbeddedChannel> others = new ArrayList<>();
        for (int i = 0; i < FlushPerPass.MOST_WAITING; i++) {
            assertThat(others).allSatisfy(each -> assertThat(sent(each)).isEmpty());
            EmbeddedChannel next = open();
            others.add(next);
            send(next, "b");
        }
        assertThat(others).allSatisfy(each -> assertThat(sent(each)).containsExactly("b"));
    }

    @Test
    void whatWaitsGoesOutBeforeItsConnectionCloses() {
        EmbeddedChannel second = open();
        EmbeddedChannel third = open();
        send(first, "a");
        send(second, "b");
        send(third, "c");
        close(second);
        assertThat(second.isOpen()).isFalse();
        assertThat(sent(second)).containsExactly("b");
        assertThat(sent(third)).isEmpty();
        endPass();
        assertThat(sent(third)).containsExactly("c");
    }

    @Test
    void whatIsWrittenBecauseSomethingWentOutGoesOutToo() {
        EmbeddedChannel second = open();
        EmbeddedChannel third = open();
        EmbeddedChannel fourth = open();
        send(first, "a");
        var unused = second.pipeline().writeAndFlush("b").addListener(written -> {
            send(third, "c");
            send(fourth, "d");
        });
        endPass();
        assertThat(sent(second)).containsExactly("b");
        assertThat(sent(third)).as("the first of the next pass").containsExactly("c");
        assertThat(sent(fourth)).isEmpty();
        third.runPendingTasks();
        assertThat(sent(fourth)).containsExactly("d");
    }

    @Test
    void nothingWaitsAfterItsConnectionHasBeenRead() {
        EmbeddedChannel second = open();
        EmbeddedChannel third = open();
        second.pipeline().addLast(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object message) {
                var unused = context.writeAndFlush("answer to " + message);
            }
        });
        send(first, "a");
        second.writeInbound("b");
        assertThat(sent(second)).containsExactly("answer to b");

        send(third, "c");
        assertThat(sent(third)).isEmpty();
        // As where all that comes is the end.
        third.pipeline().fireChannelReadComplete();
        assertThat(sent(third)).containsExactly("c");

        send(third, "d");
        endPass();
        assertThat(sent(third)).containsExactly("c", "d");
    }
}
