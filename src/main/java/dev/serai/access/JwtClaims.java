package dev.serai.access;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.serai.invocation.Caller;
import dev.serai.invocation.Roles;
import java.time.Clock;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The rules for the claims of a token whose signature is good. */
final class JwtClaims {
    private static final int LONGEST_SUBJECT = 200;
    private static final int MOST_ROLES = 200;
    private static final List<String> ROLE_CLAIMS = List.of("roles", "scope", "scp");

    private final String issuer;
    private final String audience;
    private final long skewMillis;
    private final Clock clock;

    JwtClaims(JwtOptions options, Clock clock) {
        this.issuer = options.issuer();
        this.audience = options.audience();
        this.skewMillis = options.clockSkew().toMillis();
        this.clock = clock;
    }

    VerifiedToken check(JWTClaimsSet claims) throws RejectedToken {
        if (!issuer.equals(claims.getIssuer())) {
            throw RejectedToken.because("its issuer is not the one that is trusted here");
        }
        if (!claims.getAudience().contains(audience)) {
            throw RejectedToken.because("it is for another audience");
        }
        if (claims.getExpirationTime() == null) {
            throw RejectedToken.because("it never expires");
        }
        long end = claims.getExpirationTime().toInstant().toEpochMilli() + skewMillis;
        if (clock.millis() >= end) {
            throw RejectedToken.because("it has expired");
        }
        if (claims.getNotBeforeTime() != null
                && clock.millis() < claims.getNotBeforeTime().toInstant().toEpochMilli() - skewMillis) {
            throw RejectedToken.because("it is not valid yet");
        }
        return new VerifiedToken(new Caller("jwt:" + subject(claims), roles(claims)), end);
    }

    private static String subject(JWTClaimsSet claims) throws RejectedToken {
        String subject = claims.getSubject();
        if (subject == null
                || subject.isBlank()
                || subject.length() > LONGEST_SUBJECT
                || subject.chars().anyMatch(Character::isISOControl)) {
            throw RejectedToken.because("it names no subject, or one that is too long");
        }
        return subject;
    }

    /** A list, or text separated by spaces (RFC 8693 section 4.2); what can be no role is left out. */
    private static Set<String> roles(JWTClaimsSet claims) {
        Set<String> roles = new LinkedHashSet<>();
        for (String claim : ROLE_CLAIMS) {
            for (Object role : listed(claims.getClaim(claim))) {
                if (role instanceof String text && Roles.isRole(text) && roles.size() < MOST_ROLES) {
                    roles.add(text);
                }
            }
        }
        return roles;
    }

    private static List<?> listed(@Nullable Object claim) {
        if (claim instanceof String text) {
            return Arrays.asList(text.split(" "));
        }
        return claim instanceof List<?> list ? list : List.of();
    }
}
