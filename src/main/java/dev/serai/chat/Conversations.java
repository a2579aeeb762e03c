package dev.serai.chat;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.function.UnaryOperator;

/** The conversations of all sessions, by the session's id; beyond the bound those go that were not used for long. */
final class Conversations {
    private final Cache<String, Conversation> kept;

    /** @param mostBytes of all of them together, as JSON text */
    Conversations(long mostBytes) {
        kept = Caffeine.newBuilder()
                .maximumWeight(mostBytes)
                .weigher((String id, Conversation conversation) -> conversation.weight())
                .build();
    }

    Conversation of(String session) {
        Conversation known = kept.getIfPresent(session);
        return known == null ? Conversation.EMPTY : known;
    }

    void change(String session, UnaryOperator<Conversation> change) {
        kept.asMap().compute(session, (id, known) -> change.apply(known == null ? Conversation.EMPTY : known));
    }

    void forget(String session) {
        kept.invalidate(session);
    }
}
