package dev.serai.invocation;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** A caller that wants to be told of the changes of one thing, for longer than its call lasts. Nothing of it blocks. */
public interface Subscription {
    /** What it wants to be told of: the URI of a resource. */
    String uri();

    /** It has changed; these are the parameters of the server's notification. */
    void changed(ObjectNode params);

    /** The session in which the server was asked is gone: it is to be asked again. */
    void lost();

    /** Nobody wants to be told by the server any more, which it is to learn. */
    void unwanted();

    /** Has this run when the caller no longer wants it, at once where it does not. */
    void onEnd(Runnable action);
}
