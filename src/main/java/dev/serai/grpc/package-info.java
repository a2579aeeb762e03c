/** Calls of gRPC servers as capabilities: messages as JSON, descriptors, and the protocol over HTTP/2. */
@NullMarked
package dev.serai.grpc;

import org.jspecify.annotations.NullMarked;
