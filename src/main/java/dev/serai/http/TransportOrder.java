package dev.serai.http;

/** What a request means to the transport that carries it, beyond what the request says; each transport has its own. */
public interface TransportOrder {}
