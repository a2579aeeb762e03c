package dev.serai.kafka;

import dev.serai.invocation.Causes;
import java.util.Set;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/** Failures of Kafka's client in words that hold none of its settings. */
final class Failures {
    private Failures() {}

    static String words(@Nullable Throwable failure, String servers) {
        if (failure == null) {
            return "an unknown failure";
        }
        Throwable last = failure;
        for (Throwable cause : Causes.of(failure)) {
            if (cause instanceof TopicAuthorizationException denied) {
                return "access to " + topics(denied.unauthorizedTopics()) + " is denied";
            }
            if (cause instanceof GroupAuthorizationException denied) {
                return "access to the group " + denied.groupId() + " is denied";
            }
            if (cause instanceof TransactionalIdAuthorizationException) {
                return "access to a transactional id that begins with the group is denied";
            }
            if (cause instanceof CommitFailedException || cause instanceof ProducerFencedException) {
                return "the group has gone on without this gateway";
            }
            if (cause instanceof AuthenticationException) {
                return "the broker refuses the credentials";
            }
            if (cause instanceof UnknownTopicOrPartitionException) {
                return "a topic is missing";
            }
            if (cause instanceof TimeoutException || cause instanceof java.util.concurrent.TimeoutException) {
                return servers + " does not answer";
            }
            last = cause;
        }
        return last instanceof RetriableException
                ? servers + " cannot be used (" + last.getClass().getSimpleName() + ")"
                : "the client fails (" + last.getClass().getSimpleName() + "); check serai.kafka.*";
    }

    private static String topics(Set<String> names) {
        return names.isEmpty() ? "a topic" : "the topic " + String.join(", ", names);
    }
}
