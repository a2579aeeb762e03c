package dev.serai.rest;

import java.nio.charset.StandardCharsets;

/** Percent-encoding (RFC 3986, section 2.1). */
final class Percent {
    private static final String UNRESERVED = "-._~";
    /** Without what ends or divides a query. */
    private static final String RESERVED = ":/?@!$'()*,;=";

    private static final char[] HEX = "0123456789ABCDEF".toCharArray();

    private Percent() {}

    /** Everything but what is unreserved. */
    static String encode(String text) {
        return encode(text, UNRESERVED);
    }

    /** The same, but what is reserved and does not divide a query stays. */
    static String encodeButReserved(String text) {
        return encode(text, UNRESERVED + RESERVED);
    }

    private static String encode(String text, String kept) {
        StringBuilder encoded = new StringBuilder(text.length());
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || kept.indexOf(c) >= 0) {
                encoded.append(c);
            } else {
                encoded.append('%').append(HEX[c >> 4]).append(HEX[c & 0xf]);
            }
        }
        return encoded.toString();
    }
}
