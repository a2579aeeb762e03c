package dev.serai.entry;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import org.junit.jupiter.api.Test;

class PipelineLimitTest {
    private final EmbeddedChannel channel = new EmbeddedChannel(new PipelineLimit());

    @Test
    void readingStopsAtTheLimitAndGoesOnWhenTheClientIsServed() {
        for (int i = 0; i < PipelineLimit.MOST_UNANSWERED; i++) {
            request();
            assertThat(channel.config().isAutoRead()).isTrue();
        }
        request();
        assertThat(channel.config().isAutoRead()).isFalse();

        for (int i = 0; i < PipelineLimit.MOST_UNANSWERED - 1; i++) {
            answer(HttpResponseStatus.OK);
            assertThat(channel.config().isAutoRead()).isFalse();
        }
        answer(HttpResponseStatus.OK);
        assertThat(channel.config().isAutoRead()).isTrue();
    }

    @Test
    void anInvitationToContinueIsNoAnswer() {
        for (int i = 0; i < PipelineLimit.MOST_UNANSWERED; i++) {
            request();
            answer(HttpResponseStatus.CONTINUE);
        }
        request();

        assertThat(channel.config().isAutoRead()).isFalse();
    }

    private void request() {
        channel.writeInbound(new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/"));
    }

    private void answer(HttpResponseStatus status) {
        channel.writeOutbound(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status));
    }
}
