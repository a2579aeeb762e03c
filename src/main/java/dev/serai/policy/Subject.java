package dev.serai.policy;

/**
 * Whose call it is, and of what.
 *
 * @param capability its id
 * @param server the URL; empty where there is none
 * @param caller the authenticated caller's name, or what stands for those who are not told apart
 */
public record Subject(String capability, String provider, String server, String caller) {}
