package dynamo_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/store"
)

// failure is the API's form of an error.
func failure(status int, code string) answer {
	return answer{status, fmt.Sprintf(`{"__type":"com.amazon.coral.service#%s","message":"why"}`, code)}
}

// TestFaults says which errors tell that nothing was done, and how often a
// request is made: a write once, because a second might count twice.
func TestFaults(t *testing.T) {
	for _, tc := range []struct {
		name          string
		answer        answer
		throttled     bool
		write, others int // requests
	}{
		{"provisioned", failure(400, "ProvisionedThroughputExceededException"), true, 1, 3},
		{"throttling", failure(400, "ThrottlingException"), true, 1, 3},
		{"limit", failure(400, "RequestLimitExceeded"), true, 1, 3},
		{"conflict", failure(400, "TransactionConflictException"), true, 1, 1},
		{"another region", failure(400, "ReplicatedWriteConflictException"), true, 1, 1},
		{"server", failure(500, "InternalServerError"), false, 1, 3},
		{"gateway", answer{503, "not JSON"}, false, 1, 3},
		{"cut off", answer{}, false, 1, 3},
		{"denied", failure(400, "AccessDeniedException"), false, 1, 1},
		{"no table", failure(400, "ResourceNotFoundException"), false, 1, 1},
		{"invalid", failure(400, "ValidationException"), false, 1, 1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			key := store.Key{PK: "p", SK: "s"}
			for name, do := range map[string]func(s store.Store) error{
				"update": func(s store.Store) error {
					_, err := s.Write(t.Context(), store.Write{Key: key, Add: map[string]int64{"n": 1}})
					return err
				},
				"put": func(s store.Store) error {
					_, err := s.Write(t.Context(), store.Write{Key: key, Whole: true})
					return err
				},
				"delete": func(s store.Store) error {
					_, err := s.Write(t.Context(), store.Write{Key: key, Delete: true})
					return err
				},
				"get":   func(s store.Store) error { _, err := s.Get(t.Context(), key, true); return err },
				"query": func(s store.Store) error { _, err := s.Query(t.Context(), store.Query{PK: "p"}); return err },
				"all": func(s store.Store) error {
					return s.(store.Transactor).WriteAll(t.Context(), []store.Write{{Key: key}})
				},
			} {
				s, requests := table(t, tc.answer)
				err := do(s)
				refused := new(store.Refused)
				if err == nil || errors.Is(err, store.ErrThrottled) != tc.throttled || errors.Is(err, store.ErrNotFound) || errors.As(err, &refused) {
					t.Errorf("%s: got error %v, want throttled %v and nothing else", name, err, tc.throttled)
				}
				want := tc.write
				if name == "get" || name == "query" || name == "all" {
					want = tc.others
				}
				if got := requests(); len(got) != want {
					t.Errorf("%s: got %d requests, want %d", name, len(got), want)
				} else if token := got[0].body.ClientRequestToken; name == "all" && (token == "" || token != got[want-1].body.ClientRequestToken) {
					t.Errorf("%s: got tokens %q and %q, want the same one", name, token, got[want-1].body.ClientRequestToken)
				}
			}
		})
	}
}

// TestCancelled says what is made of the reasons of a cancelled transaction.
func TestCancelled(t *testing.T) {
	const (
		none     = `{"Code":"None"}`
		old      = `{"Code":"ConditionalCheckFailed","Item":{"_pk":{"S":"p"},"_sk":{"S":"1"},"a":{"S":"old"}}}`
		expired  = `{"Code":"ConditionalCheckFailed","Item":{"_pk":{"S":"p"},"_sk":{"S":"1"},"_x":{"N":"1"},"a":{"S":"old"}}}`
		conflict = `{"Code":"TransactionConflict"}`
		busy     = `{"Code":"ThrottlingError"}`
		full     = `{"Code":"ProvisionedThroughputExceeded"}`
		wrong    = `{"Code":"ValidationError","Message":"why"}`
	)
	for _, tc := range []struct {
		name     string
		reasons  []string
		refused  int // -1: none
		want     error
		requests int
	}{
		{"the first refused", []string{old, none}, 0, nil, 1},
		{"the second refused", []string{none, old}, 1, nil, 1},
		{"both refused", []string{old, old}, 0, nil, 1},
		{"one expired", []string{none, expired}, -1, nil, 2},
		{"one expired, the other refused", []string{expired, old}, 1, nil, 1},
		{"conflict", []string{none, conflict}, -1, store.ErrThrottled, 1},
		{"busy", []string{busy, none}, -1, store.ErrThrottled, 1},
		{"full", []string{full, none}, -1, store.ErrThrottled, 1},
		{"wrong", []string{none, wrong}, -1, errors.New("write 1: ValidationError: why"), 1},
		{"no reason", []string{none, none}, -1, errors.New("a transaction was cancelled without a reason"), 1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			cancelled := `{"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException","message":"no","CancellationReasons":[` + strings.Join(tc.reasons, ",") + `]}`
			s, requests := table(t, answer{400, cancelled}, ok())
			var writes []store.Write
			for _, sk := range []string{"0", "1"} {
				writes = append(writes, store.Write{Key: store.Key{PK: "p", SK: sk}, If: []store.Condition{is("a", store.Absent, nil)}, Set: text("new")})
			}
			err := s.WriteAll(t.Context(), writes)
			refused := new(store.Refused)
			switch {
			case tc.refused >= 0:
				if !errors.As(err, &refused) || refused.At != tc.refused || refused.Item.Text("a") != "old" {
					t.Errorf("got error %v with %v, want write %d refused for the old item", err, refused.Item, tc.refused)
				}
			case tc.want == nil && err != nil, tc.want != nil && !errors.Is(err, tc.want) && (err == nil || err.Error() != tc.want.Error()):
				t.Errorf("got error %v, want %v", err, tc.want)
			}
			if got := requests(); len(got) != tc.requests {
				t.Errorf("got %d requests, want %d", len(got), tc.requests)
			} else if len(got) == 2 && got[0].body.ClientRequestToken == got[1].body.ClientRequestToken {
				t.Error("got the same token for another transaction, want a new one")
			}
		})
	}
	s, requests := table(t, ok())
	if err := s.WriteAll(t.Context(), nil); err != nil || len(requests()) != 0 {
		t.Errorf("nothing to write: got error %v and %d requests, want neither", err, len(requests()))
	}
}

// TestSecretsStayOut has the service repeat what was signed, as it does when a
// signature is wrong.
func TestSecretsStayOut(t *testing.T) {
	for _, code := range []string{"InvalidSignatureException", "IncompleteSignatureException"} {
		s, _ := table(t, answer{400, `{"__type":"com.amazon.coral.service#` + code + `","message":"The Canonical String should have been x-amz-security-token:canary"}`})
		_, err := s.Get(t.Context(), store.Key{PK: "p", SK: "s"}, true)
		if err == nil || strings.Contains(err.Error(), "canary") || !strings.Contains(err.Error(), code) {
			t.Errorf("got error %v, want %s without what was signed", err, code)
		}
	}
}

// TestForeignItems has items in the table that this package did not write.
func TestForeignItems(t *testing.T) {
	for _, attribute := range []string{`"a":{"BOOL":true}`, `"a":{"N":"1.5"}`, `"a":{"N":"9223372036854775808"}`, `"_x":{"S":"tomorrow"}`} {
		item := `{"_pk":{"S":"p"},"_sk":{"S":"s"},` + attribute + `}`
		s, _ := table(t, answer{200, `{"Item":` + item + `,"Items":[` + item + `]}`})
		if got, err := s.Get(t.Context(), store.Key{PK: "p", SK: "s"}, true); err == nil || !strings.Contains(err.Error(), "of an item in the table") {
			t.Errorf("get %s: got %v and error %v, want an error about the attribute", attribute, got, err)
		}
		if got, err := s.Query(t.Context(), store.Query{PK: "p"}); err == nil {
			t.Errorf("query %s: got %v, want an error", attribute, got)
		}
	}
}
