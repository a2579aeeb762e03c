package dev.serai.http;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/** The addresses that only this machine or its network reaches. Source: the IANA special-purpose address registries. */
final class PrivateAddresses {
    private static final int IPV4_BYTES = 4;
    private static final int UNIQUE_LOCAL = 0xfc;
    private static final int UNIQUE_LOCAL_MASK = 0xfe;
    private static final int SHARED = 100;
    private static final int SHARED_SECOND = 64;
    private static final int SHARED_MASK = 0xc0;
    /** 64:ff9b::/96 (RFC 6052): the last four bytes are where a translator sends it. */
    private static final byte[] TRANSLATED = {0, 0x64, (byte) 0xff, (byte) 0x9b, 0, 0, 0, 0, 0, 0, 0, 0};

    private PrivateAddresses() {}

    /** Whether this is one of them; broadcast and multicast addresses are, too. */
    static boolean contain(InetAddress address) {
        if (address.isLoopbackAddress()
                || address.isAnyLocalAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isMulticastAddress()) {
            return true;
        }
        byte[] bytes = address.getAddress();
        return address instanceof Inet6Address
                ? (bytes[0] & UNIQUE_LOCAL_MASK) == UNIQUE_LOCAL || leadsToPrivate(bytes)
                : bytes[0] == 0 || bytes[0] == -1 || isShared(bytes);
    }

    /** 100.64.0.0/10 (RFC 6598). */
    private static boolean isShared(byte[] bytes) {
        return bytes[0] == SHARED && (bytes[1] & SHARED_MASK) == SHARED_SECOND;
    }

    private static boolean leadsToPrivate(byte[] bytes) {
        byte[] prefix = Arrays.copyOf(bytes, bytes.length - IPV4_BYTES);
        if (!Arrays.equals(prefix, TRANSLATED) && !Arrays.equals(prefix, new byte[prefix.length])) {
            return false;
        }
        try {
            return contain(InetAddress.getByAddress(Arrays.copyOfRange(bytes, prefix.length, bytes.length)));
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
