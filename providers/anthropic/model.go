package anthropic

import "strings"

// model is a version as its name tells it, times ten: 45 is Claude 4.5. It is
// 0 when the name tells none; such a model is taken to be the newest, save
// that its sampling parameters are left to Anthropic to judge.
type model int

// modelOf reads names of all times and hosts: claude-3-7-sonnet-20250219,
// claude-opus-4-5, us.anthropic.claude-opus-4-6-v1:0, claude-sonnet-5.
func modelOf(name string) model {
	_, rest, found := strings.Cut(strings.ToLower(name), "claude")
	if !found {
		return 0
	}
	words := strings.FieldsFunc(rest, func(c rune) bool { return strings.ContainsRune("-_.@:/", c) })
	for i, word := range words {
		if major := digit(word); major >= 0 {
			if words = words[i+1:]; len(words) == 0 {
				return model(major * 10)
			}
			return model(major*10 + max(0, digit(words[0])))
		}
	}
	return 0
}

// digit reads one digit, -1 when it is none. Longer numbers are dates.
func digit(s string) int {
	if len(s) != 1 || s[0] < '0' || s[0] > '9' {
		return -1
	}
	return int(s[0] - '0')
}

// thinks: extended thinking came with Claude 3.7.
// https://platform.claude.com/docs/en/build-with-claude/extended-thinking
func (m model) thinks() bool { return m == 0 || m >= 37 }

// adapts: from 4.6 on a model decides how much to think, guided by an effort;
// 4.7 and later refuse budgets.
// https://platform.claude.com/docs/en/build-with-claude/adaptive-thinking
func (m model) adapts() bool { return m == 0 || m >= 46 }

// samples: models from 4.7 on refuse temperature and top_p other than 1.
// https://platform.claude.com/docs/en/api/migration-2026-10-21
func (m model) samples() bool { return m <= 46 }

// conforms: structured outputs came with Claude 4.5.
// https://platform.claude.com/docs/en/build-with-claude/structured-outputs
func (m model) conforms() bool { return m == 0 || m >= 45 }
