package dev.serai.sample;

/** How the sample server wraps an answer: the forms of real servers, and the broken ones. */
public enum AnswerForm {
    /** JSON; an event stream for a tool that reports progress. */
    USUAL,
    JSON,
    /** {@code application/json;charset=UTF-8}. */
    JSON_WITH_CHARSET,
    /** One {@code message} event. */
    SSE,
    /** A priming event with empty data, a comment, a log notification and a request of the server first. */
    SSE_PRIMED_WITH_NOTIFICATIONS,
    /** No {@code event:} line. */
    SSE_WITHOUT_EVENT_NAME,
    /** A byte order mark, CR LF and data of several lines. */
    SSE_MULTI_LINE,
    /** The stream is not ended after the answer. */
    SSE_STAYS_OPEN,
    /** The stream ends in the middle of the answer. */
    SSE_TRUNCATED,
    /** The stream ends properly, without an answer. */
    SSE_WITHOUT_ANSWER,
    /** Status 200 and a page. */
    HTML,
    /** Status 200 and no body. */
    EMPTY,
    /** Half a JSON document. */
    JSON_TRUNCATED,
    /** A JSON object that is no JSON-RPC message. */
    NOT_JSON_RPC,
    WRONG_ID,
    WITHOUT_ID,
    /** JSON-RPC error -32603 instead of the result. */
    RPC_ERROR,
    /** The same without an id, in a stream that stays open. */
    RPC_ERROR_SSE,
    /** Both a result and an error. */
    BOTH,
    /** Neither a result nor an error. */
    NEITHER,
    /** {@code "jsonrpc": "1.0"}. */
    WRONG_JSONRPC,
    /** The work is done and the connection closed without an answer. */
    CONNECTION_CLOSED
}
