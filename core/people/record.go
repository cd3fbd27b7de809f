package people

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/store"
)

// Stamp says who made something, and who changed it last.
type Stamp struct {
	CreatedAt Time   `json:"created_at,omitzero"`
	CreatedBy string `json:"created_by,omitempty"`
	UpdatedAt Time   `json:"updated_at,omitzero"`
	UpdatedBy string `json:"updated_by,omitempty"`
	// Version grows with every change, also when something is deleted and made
	// again: it is at least the time of the change in milliseconds.
	Version int64 `json:"-"`
}

func (s *Stamp) stamp() *Stamp { return s }

// Spending is how much somebody may spend and how fast, under LiteLLM's names.
// What is absent is unlimited. Amounts are dollars in JSON.
type Spending struct {
	MaxBudget      *Dollars `json:"max_budget,omitempty"`
	SoftBudget     *Dollars `json:"soft_budget,omitempty"`     // tells somebody and stops nobody
	BudgetDuration string   `json:"budget_duration,omitempty"` // "": the budget is for ever
	BudgetResetAt  *Time    `json:"budget_reset_at,omitempty"` // when a period that was begun elsewhere ends
	BudgetID       string   `json:"budget_id,omitempty"`       // a Budget that gives what is absent here
	Parallel       *int64   `json:"max_parallel_requests,omitempty"`
	TPM            *int64   `json:"tpm_limit,omitempty"` // tokens a minute
	RPM            *int64   `json:"rpm_limit,omitempty"` // requests a minute

	ModelMaxBudget map[string]ModelBudget `json:"model_max_budget,omitempty"`
	ModelRPM       map[string]int64       `json:"model_rpm_limit,omitempty"`
	ModelTPM       map[string]int64       `json:"model_tpm_limit,omitempty"`
}

// ModelBudget is what may be spent on one model.
type ModelBudget struct {
	MaxBudget      *Dollars `json:"budget_limit,omitempty"`
	BudgetDuration string   `json:"time_period,omitempty"`
	TPM            *int64   `json:"tpm_limit,omitempty"`
	RPM            *int64   `json:"rpm_limit,omitempty"`
}

// UnmarshalJSON reads LiteLLM's spellings: a number of dollars, or an object
// with budget_limit and time_period, or max_budget and budget_duration.
func (m *ModelBudget) UnmarshalJSON(b []byte) error {
	*m = ModelBudget{}
	if len(b) > 0 && b[0] != '{' {
		m.MaxBudget = new(Dollars)
		return m.MaxBudget.UnmarshalJSON(b)
	}
	type plain ModelBudget
	var read struct {
		plain
		Max  *Dollars `json:"max_budget"`
		Each string   `json:"budget_duration"`
	}
	if err := json.Unmarshal(b, &read); err != nil {
		return err
	}
	*m = ModelBudget(read.plain)
	if m.MaxBudget == nil {
		m.MaxBudget = read.Max
	}
	if m.BudgetDuration == "" {
		m.BudgetDuration = read.Each
	}
	return nil
}

// Free is JSON that the gateway keeps and does not read.
type Free map[string]json.RawMessage

// record is what a Table keeps; its pointer type implements it.
type record[T any] interface {
	*T
	id() string
	name(id string) // gives it an id, when it has none yet
	stamp() *Stamp
	links() []link
	valid() error // an *llm.Error for what is wrong in itself
}

// link is an item that leads to a record: one in the partition of something
// that the record belongs to, or a claim on a name.
type link struct {
	key store.Key
	// owner must exist for the link to be made, unless it is "". If it does
	// not, broken is the error; a claim that somebody else has is broken too.
	owner  string
	claim  bool
	broken *llm.Error
}

// under leads to a record from the partition of its owner, which must exist.
func under(owner, sk string, broken *llm.Error) link {
	return link{key: store.Key{PK: owner, SK: sk}, owner: owner, broken: broken}
}

// beside leads to a record from the partition of somebody who may not exist.
func beside(owner, sk string) link { return link{key: store.Key{PK: owner, SK: sk}} }

// claimed is a name that only one record of a kind has.
func claimed(field, name string, broken *llm.Error) link {
	return link{key: claimKey(field, name), claim: true, broken: broken}
}

func claimKey(field, name string) store.Key {
	return store.Key{PK: "C#" + field + "#" + name, SK: self}
}

// listed leads to a record from the list of its kind, the oldest first.
func listed(kind string, created time.Time, id string) link {
	return beside("L#"+kind, sortable(created)+"#"+id)
}

// sortable is a time whose text sorts as the time does, until the year 2286.
func sortable(t time.Time) string { return fmt.Sprintf("%013d", max(0, t.UnixMilli())) }

// self is the SK of what a partition is about.
const self = "#"

// checkID returns an error for an id that cannot be a part of a store's key, or
// that two people would read alike.
func checkID(field, id string) error {
	printable := func(r rune) bool { return !strconv.IsPrint(r) }
	if id == "" || len(id) > 256 || !utf8.ValidString(id) || strings.ContainsFunc(id, printable) || strings.TrimSpace(id) != id {
		return bad(field, "%s must have 1 to 256 bytes of printable text and no space at its ends", field)
	}
	return nil
}

// checkName is checkID for what may also be absent.
func checkName(field, name string) error {
	if name == "" {
		return nil
	}
	return checkID(field, name)
}

// first returns the first error.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// valid returns an error for a spending that cannot be.
func (s *Spending) valid() error {
	for _, n := range []struct {
		field string
		n     *int64
	}{{"max_parallel_requests", s.Parallel}, {"tpm_limit", s.TPM}, {"rpm_limit", s.RPM}} {
		if n.n != nil && *n.n < 0 {
			return bad(n.field, "%s cannot be negative. Received: %d", n.field, *n.n)
		}
	}
	if err := checkSpan("budget_duration", s.BudgetDuration); err != nil {
		return err
	}
	for model, b := range s.ModelMaxBudget {
		if err := checkSpan("model_max_budget", b.BudgetDuration); err != nil {
			return err
		}
		if b.RPM != nil && *b.RPM < 0 || b.TPM != nil && *b.TPM < 0 {
			return bad("model_max_budget", "limits of %.200q cannot be negative", model)
		}
	}
	for model, n := range s.ModelRPM {
		if n < 0 {
			return bad("model_rpm_limit", "the limit of %.200q cannot be negative", model)
		}
	}
	for model, n := range s.ModelTPM {
		if n < 0 {
			return bad("model_tpm_limit", "the limit of %.200q cannot be negative", model)
		}
	}
	return checkName("budget_id", s.BudgetID)
}

// budget leads from the Budget that a spending takes from, if it does.
func (s *Spending) budget(sk string) []link {
	if s.BudgetID == "" {
		return nil
	}
	return []link{under(budgetPK(s.BudgetID), sk, missing("budget_id", s.BudgetID))}
}

// checkSpan returns an error unless s is empty or a span of at least a second.
func checkSpan(field, s string) error {
	if s == "" {
		return nil
	}
	span, err := ParseSpan(s)
	if err != nil {
		return bad(field, "%s: %v", field, err)
	}
	if span.N == 0 {
		return bad(field, "%s must be longer than nothing", field)
	}
	if span.Unit == "mo" && span.N > 1 && field != "rotation_interval" && field != "team_member_key_duration" {
		return bad(field, "%s: a budget is for one month, or for days", field)
	}
	return nil
}
