package callback

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// Webhook sends alerts as LiteLLM's webhook events: every member is there, null
// where it says nothing. A key that will expire has "expires" besides, and an
// event and a group that LiteLLM has no word for.
type Webhook struct {
	Post    Post
	Address func(ctx context.Context) (string, error) // "": none is set
}

// event is the JSON of litellm.proxy._types.WebhookEvent, in its order.
type event struct {
	Spend          *float64   `json:"spend"`
	MaxBudget      *float64   `json:"max_budget"`
	SoftBudget     *float64   `json:"soft_budget"`
	Token          *string    `json:"token"`
	CustomerID     *string    `json:"customer_id"`
	UserID         *string    `json:"user_id"`
	TeamID         *string    `json:"team_id"`
	TeamAlias      *string    `json:"team_alias"`
	OrganizationID *string    `json:"organization_id"`
	UserEmail      *string    `json:"user_email"`
	KeyAlias       *string    `json:"key_alias"`
	ProjectedDate  *string    `json:"projected_exceeded_date"`
	ProjectedSpend *float64   `json:"projected_spend"`
	EventGroup     string     `json:"event_group"`
	AlertEmails    []string   `json:"alert_emails"`
	Event          string     `json:"event"`
	EventMessage   string     `json:"event_message"`
	Expires        *time.Time `json:"expires,omitempty"`
}

// Name implements Sink.
func (*Webhook) Name() string { return "webhook" }

// Send implements Sink.
func (w *Webhook) Send(ctx context.Context, a Alert) error {
	address, err := w.Address(ctx)
	if err != nil {
		return err
	}
	if address == "" {
		return fmt.Errorf("WEBHOOK_URL is not set")
	}
	body, err := json.Marshal(eventOf(a))
	if err != nil {
		return fmt.Errorf("write an event: %w", err)
	}
	return w.Post.JSON(ctx, address, a.ID, body)
}

func eventOf(a Alert) event {
	e := event{
		Spend: dollars(a.Spend), MaxBudget: dollars(a.MaxBudget), SoftBudget: dollars(a.Soft),
		Token: text(a.Token), CustomerID: text(a.Customer), UserID: text(a.User), TeamID: text(a.Team), TeamAlias: text(a.TeamName),
		OrganizationID: text(a.Org), UserEmail: text(a.Email), KeyAlias: text(a.KeyAlias),
		EventGroup: a.Group, Event: a.Event, EventMessage: a.Message,
	}
	if a.Projected != nil {
		e.ProjectedDate, e.ProjectedSpend = text(a.ProjectedOn.Format(time.DateOnly)), dollars(a.Projected)
	}
	if !a.Expires.IsZero() {
		at := a.Expires.UTC()
		e.Expires = &at
	}
	return e
}

// dollars are pico-dollars as LiteLLM writes them.
func dollars(pico *int64) *float64 {
	if pico == nil {
		return nil
	}
	d := float64(*pico) / 1e12
	return &d
}

func text(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
