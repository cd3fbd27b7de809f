package callback

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Slack sends alerts to incoming webhooks of Slack's, or of a place that takes
// the same {"text": "..."}: Microsoft Teams, Discord with /slack at the end.
type Slack struct {
	Post Post
	// Addresses are where alerts of a type go; none: nowhere is set.
	Addresses func(ctx context.Context, kind string) ([]string, error)
	Proxy     string // the gateway's own address, for its readers; "": not said
}

// Name implements Sink.
func (*Slack) Name() string { return "slack" }

// Send implements Sink.
func (s *Slack) Send(ctx context.Context, a Alert) error {
	to, err := s.Addresses(ctx, a.Type)
	if err != nil {
		return err
	}
	if len(to) == 0 {
		return fmt.Errorf("SLACK_WEBHOOK_URL is not set")
	}
	body, err := message(a, s.Proxy)
	if err != nil {
		return err
	}
	errs := make([]error, len(to))
	var all sync.WaitGroup
	for i, address := range to {
		all.Go(func() { errs[i] = s.Post.JSON(ctx, address, a.ID, body) })
	}
	all.Wait()
	return errors.Join(errs...)
}

// message is the body of a message: LiteLLM's text, with the marks that Slack
// gives a meaning taken out of what people chose.
func message(a Alert, proxy string) ([]byte, error) {
	var b strings.Builder
	fmt.Fprintf(&b, "Alert type: `%s`\nLevel: `High`\nTimestamp: `%s`\n\nMessage: %s\n\n", a.Type, a.At.UTC().Format("15:04:05"), plain(a.Message, false))
	line := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "*%s:* `%s`\n", name, plain(value, true))
		}
	}
	line("spend", amount(a.Spend))
	line("max_budget", amount(a.MaxBudget))
	line("soft_budget", amount(a.Soft))
	line("customer_id", a.Customer)
	line("user_id", a.User)
	line("team_id", a.Team)
	line("team_alias", a.TeamName)
	line("organization_id", a.Org)
	line("user_email", a.Email)
	line("key_alias", a.KeyAlias)
	if a.Projected != nil {
		line("projected_exceeded_date", a.ProjectedOn.Format(time.DateOnly))
		line("projected_spend", amount(a.Projected))
	}
	if !a.Expires.IsZero() {
		line("expires", a.Expires.UTC().Format(time.RFC3339))
	}
	line("event_group", a.Group)
	if proxy != "" {
		fmt.Fprintf(&b, "\n\nProxy URL: `%s`", plain(proxy, true))
	}
	var body bytes.Buffer
	enc := json.NewEncoder(&body)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(map[string]string{"text": b.String()}); err != nil {
		return nil, fmt.Errorf("write a message: %w", err)
	}
	return body.Bytes(), nil
}

// plain is a text that can neither mention anybody, nor be a link, nor, within
// backticks, leave them.
func plain(s string, quoted bool) string {
	s = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
	if quoted {
		s = strings.NewReplacer("`", "'", "\n", " ", "\r", " ").Replace(s)
	}
	return s
}

func amount(pico *int64) string {
	if pico == nil {
		return ""
	}
	return strconv.FormatFloat(*dollars(pico), 'f', -1, 64)
}
