/** Chat servers of OpenAI's kind as capabilities: requests, answers, and the conversations that sessions keep. */
@NullMarked
package dev.serai.chat;

import org.jspecify.annotations.NullMarked;
