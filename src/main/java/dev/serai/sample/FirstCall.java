package dev.serai.sample;

/** The sample call that the demo makes and the help texts show. */
public final class FirstCall {
    public static final String ID = "mcp.demo.echo";
    /** What the demo's server speaks. */
    public static final String PROVIDER = "mcp";

    public static final String ARGUMENTS = "{\"message\":\"hello from serai\"}";

    private FirstCall() {}
}
