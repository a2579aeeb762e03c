package dev.serai.http;

import java.time.Duration;
import java.util.List;

/**
 * The listed servers and their limits.
 *
 * @param maxProcesses most that run at a time, of all servers together
 * @param maxLine longest line that a process may write, in bytes
 * @param idle how long a process that serves calls without a session is kept unused
 * @param stopTimeout how long a process may take to end by itself before it is killed
 */
public record LocalSettings(
        List<LocalServer> servers, int maxProcesses, int maxLine, Duration idle, Duration stopTimeout) {}
