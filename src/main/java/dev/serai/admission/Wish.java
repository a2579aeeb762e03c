package dev.serai.admission;

/**
 * What a call is counted under.
 *
 * @param capability its id
 * @param capabilityLimit how many calls of it may be in progress; 0 is no limit
 * @param server the URL; empty where there is none
 */
public record Wish(String capability, int capabilityLimit, String provider, String server, String caller) {}
