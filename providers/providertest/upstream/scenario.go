package upstream

import (
	"fmt"
	"strings"
)

// scenario is one row of the table. A model name is a scenario's name, or the
// name, a dash and an argument.
type scenario struct {
	name string
	args string // how the argument is written, "" when there is none
	what string
	run  func(*exchange)
}

// scenarios is the table. A longer name stands for itself: "400-context" is
// not "400" with an argument.
func scenarios() []scenario {
	return []scenario{
		{"text", "[-N]", "N words (8) of a fixed vocabulary; keeps to n, stop and the token limit", sayText},
		{"lax", "[-N]", "text, and members the API does not know are accepted", sayText},
		{"echo", "", "says the last user message back", sayEcho},
		{"tool", "", "calls the first tool (or the one demanded); after its result tells what it was", sayTool},
		{"tools", "", "calls two tools at once, unless parallel calls are off", sayTools},
		{"image", "", `"I see 1: image/png, 70 bytes": how many images came, and which`, sayImage},
		{"json", "", "a value that fits the request's JSON schema, as text or as the call of the demanded tool", sayJSON},
		{"reasoning", "[-content]", "64 reasoning tokens; Anthropic: a thinking block; -content: OpenAI replies show reasoning_content, as DeepSeek's do", sayReasoning},
		{"cached", "", "2,218 input tokens: 1,920 read from the cache, 148 written for 5 minutes, 100 for an hour", sayCached},
		{"filtered", "", "three words, then finish_reason content_filter or stop_reason refusal", sayFiltered},

		{"slow", "-DURATION", "waits before the status line, then text", saySlow},
		{"pace", "-N-DURATION", "N words with a pause before each event", sayPaced},
		{"hold", "-TOKEN", "stops after the first content event (plain: before all) until POST /control/release/TOKEN", sayHeld},
		{"never", "", "never answers; the journal says when the client left", sayNever},

		{"400", "", "a bad parameter", failWith("400")},
		{"400-context", "", "the prompt exceeds the context window", failWith("400-context")},
		{"400-policy", "", "refused by the content policy", failWith("400-policy")},
		{"401", "", "wrong key", failWith("401")},
		{"403", "", "no permission", failWith("403")},
		{"404", "", "unknown model, as any name outside this table", failWith("404")},
		{"422", "", "unprocessable", failWith("422")},
		{"429", "[-N|-once]", "rate limited, Retry-After N seconds (20); -once: 1 second, and the next request of this name succeeds", failWith("429")},
		{"500", "[-once]", "server error", failWith("500")},
		{"503", "[-N|-once]", "overloaded", failWith("503")},
		{"529", "[-once]", "Anthropic's overloaded", failWith("529")},
		{"overload", "", "the stream starts, then an error event before any content", breakOff(0)},
		{"overload-late", "", "an error event after the second content event", breakOff(2)},

		{"reset", "[-N]", "connection reset before the status line, or after N bytes of the body", resetAtByte},
		{"reset-first", "", "connection reset before the first content event (plain: halfway)", resetAfter(0)},
		{"reset-late", "", "connection reset after the second content event (plain: halfway)", resetAfter(2)},
		{"cut-first", "", "ends in good order before the first content event (plain: half the JSON)", cutAfter(0)},
		{"cut", "", "ends in good order after the second content event, without finish or terminal event", cutAfter(2)},
		{"cut-last", "", "everything but the terminal event: [DONE] or message_stop", cutLast},

		{"garbage", "[-late]", "not JSON; -late: after two good content events", garbage},
		{"html", "[-STATUS]", "an HTML error page with that status (200)", page},
		{"type", "", "a right reply under the wrong content type", mislabelled},
		{"endless", "", "one line that never ends", endless},
		{"huge", "[-N]", "a valid reply with a text of N megabytes (64)", huge},
		{"empty", "", "200 without a body", empty},
		{"redirect", "", "307 to another host name; following it shows in the journal as /elsewhere/...", redirect},
		{"split", "", "a right stream, one byte per write", rewritten("split")},
		{"crlf", "", "a right stream with CRLF line ends and comments", rewritten("crlf")},
		{"burst", "", "a right stream in one write", rewritten("burst")},
	}
}

// find returns the row for a model name and the argument in it.
func find(model string) (found scenario, arg string, ok bool) {
	for _, s := range scenarios() {
		rest, is := strings.CutPrefix(model, s.name)
		if !is || rest != "" && !takes(s, rest) || len(s.name) <= len(found.name) {
			continue
		}
		found, arg, ok = s, strings.TrimPrefix(rest, "-"), true
	}
	return found, arg, ok
}

func takes(s scenario, rest string) bool {
	return s.args != "" && len(rest) > 1 && rest[0] == '-'
}

// Table is the list of scenarios for people.
func Table() string {
	var b strings.Builder
	for _, s := range scenarios() {
		fmt.Fprintf(&b, "%-22s %s\n", s.name+s.args, s.what)
	}
	return b.String()
}
