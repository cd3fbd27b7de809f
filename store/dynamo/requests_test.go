package dynamo_test

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tollgate-llm/tollgate/store"
)

const (
	living = `(attribute_not_exists(_x) OR _x > {"N":"100000000000"})`
	gone   = `(attribute_not_exists(_pk) OR _x <= {"N":"100000000000"})`
)

func text(s string) store.Item { return store.Item{"a": s} }

func is(attr string, op store.Op, value store.Value) store.Condition {
	return store.Condition{Attr: attr, Op: op, Value: value}
}

// TestRequests says what is asked of the table for each kind of write.
func TestRequests(t *testing.T) {
	orAbsent := is("n", store.AtMost, int64(9))
	orAbsent.OrAbsent = true
	for _, tc := range []struct {
		name  string
		write store.Write
		want  string
	}{
		{"nothing", store.Write{}, "UpdateItem REMOVE _none IF " + living},
		{"set", store.Write{Set: store.Item{"b": []byte("x"), "a": "1", "c": int64(-2)}}, `UpdateItem SET a = {"S":"1"}, b = {"B":"eA=="}, c = {"N":"-2"} IF ` + living},
		{"add", store.Write{Add: map[string]int64{"n": 5}}, `UpdateItem SET n = if_not_exists(n, {"N":"0"}) + {"N":"5"} IF ` + living + ` AND (attribute_not_exists(n) OR n <= {"N":"9223372036854775802"})`},
		{"take", store.Write{Add: map[string]int64{"n": -5}}, `UpdateItem SET n = if_not_exists(n, {"N":"0"}) + {"N":"-5"} IF ` + living + ` AND (attribute_not_exists(n) OR n >= {"N":"-9223372036854775803"})`},
		{"remove", store.Write{Remove: []string{"a", "b"}}, "UpdateItem REMOVE a, b IF " + living},
		{"end", store.Write{Expires: time.Unix(200, 1)}, `UpdateItem SET _x = {"N":"200000000001"}, _ttl = {"N":"201"} IF ` + living},
		{"end in whole seconds", store.Write{Expires: time.Unix(200, 0)}, `UpdateItem SET _x = {"N":"200000000000"}, _ttl = {"N":"200"} IF ` + living},
		{"whole", store.Write{Whole: true, Set: text("1")}, `PutItem {"a":{"S":"1"}} IF attribute_not_exists(_x)`},
		{"whole with an end", store.Write{Whole: true, Set: text("1"), Expires: time.Unix(200, 0)}, `PutItem {"_ttl":{"N":"200"},"_x":{"N":"200000000000"},"a":{"S":"1"}} IF ` + living},
		{"delete", store.Write{Delete: true}, "DeleteItem"},
		{"delete if", store.Write{Delete: true, If: []store.Condition{is("a", store.Equal, "1")}}, `DeleteItem IF ` + living + ` AND (a = {"S":"1"})`},
		{"absent", store.Write{If: []store.Condition{is("a", store.Absent, nil)}}, "UpdateItem REMOVE _none IF " + living + " AND attribute_not_exists(a)"},
		{"present", store.Write{If: []store.Condition{is("a", store.Present, nil)}}, "UpdateItem REMOVE _none IF " + living + " AND attribute_exists(a)"},
		{"unequal", store.Write{If: []store.Condition{is("a", store.Unequal, "1")}}, "UpdateItem REMOVE _none IF " + living + ` AND (attribute_type(a, {"S":"S"}) AND a <> {"S":"1"})`},
		{"unequal number", store.Write{If: []store.Condition{is("a", store.Unequal, int64(1))}}, "UpdateItem REMOVE _none IF " + living + ` AND (attribute_type(a, {"S":"N"}) AND a <> {"N":"1"})`},
		{"unequal bytes", store.Write{If: []store.Condition{is("a", store.Unequal, []byte("x"))}}, "UpdateItem REMOVE _none IF " + living + ` AND (attribute_type(a, {"S":"B"}) AND a <> {"B":"eA=="})`},
		{
			"several",
			store.Write{If: []store.Condition{orAbsent, is("n", store.More, int64(1)), is("s", store.Less, "x"), is("s", store.AtLeast, "a")}},
			"UpdateItem REMOVE _none IF " + living + ` AND (attribute_not_exists(n) OR n <= {"N":"9"}) AND (n > {"N":"1"}) AND (s < {"S":"x"}) AND (s >= {"S":"a"})`,
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s, requests := table(t, ok())
			tc.write.Key = store.Key{PK: "p", SK: "s"}
			if _, err := s.Write(t.Context(), tc.write); err != nil {
				t.Fatal(err)
			}
			if got := strs(requests()); !slices.Equal(got, []string{tc.want}) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), tc.want)
			}
		})
	}
}

// TestRefusals says what follows on the answer that a condition does not hold:
// the item in it decides whether the caller's did not, or the table had
// something else than the first request took for granted.
func TestRefusals(t *testing.T) {
	const (
		alive   = `{"_pk":{"S":"p"},"_sk":{"S":"s"},"a":{"S":"old"},"n":{"N":"7"}}`
		ending  = `{"_pk":{"S":"p"},"_sk":{"S":"s"},"_x":{"N":"100000000001"},"_ttl":{"N":"101"},"a":{"S":"old"}}`
		expired = `{"_pk":{"S":"p"},"_sk":{"S":"s"},"_x":{"N":"100000000000"},"_ttl":{"N":"100"},"a":{"S":"old"},"n":{"N":"7"}}`
	)
	isNew := []store.Condition{is("a", store.Absent, nil)}
	isOld := []store.Condition{is("a", store.Equal, "old")}
	add := func(n int64) map[string]int64 { return map[string]int64{"n": n} }
	for _, tc := range []struct {
		name    string
		write   store.Write
		shown   string
		refused bool
		item    store.Item // written, or shown by the refusal
		second  string     // request; "": there is none
	}{
		{"no item", store.Write{If: isOld, Set: text("new")}, `{}`, true, nil, ""},
		{"another item", store.Write{If: isNew, Set: text("new")}, alive, true, store.Item{"a": "old", "n": int64(7)}, ""},
		{"its end to come", store.Write{If: isNew, Set: text("new")}, ending, true, text("old"), ""},
		{"expired", store.Write{Add: add(1)}, expired, false, store.Item{"n": int64(1)}, `PutItem {"n":{"N":"1"}} IF ` + gone},
		{"expired, to be new", store.Write{If: isNew, Set: text("new")}, expired, false, text("new"), `PutItem {"a":{"S":"new"}} IF ` + gone},
		{"expired, to be old", store.Write{If: isOld, Set: text("new")}, expired, true, nil, ""},
		{"expired, to end again", store.Write{Set: text("new"), Expires: time.Unix(300, 0)}, expired, false, text("new"), `PutItem {"_ttl":{"N":"300"},"_x":{"N":"300000000000"},"a":{"S":"new"}} IF ` + gone},
		{"expired, whole", store.Write{Whole: true, Set: text("new")}, expired, false, text("new"), `PutItem {"a":{"S":"new"}} IF ` + gone},
		{"whole, its end stays", store.Write{Whole: true, Set: text("new")}, ending, false, text("new"), `PutItem {"_ttl":{"N":"101"},"_x":{"N":"100000000001"},"a":{"S":"new"}} IF _x = {"N":"100000000001"}`},
		{"expired, to be deleted as new", store.Write{If: isNew, Delete: true}, expired, false, nil, "DeleteItem IF " + gone},
		{"expired, to be deleted as old", store.Write{If: isOld, Delete: true}, expired, true, nil, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s, requests := table(t, refusal(tc.shown), ok())
			tc.write.Key = store.Key{PK: "p", SK: "s"}
			got, err := s.Write(t.Context(), tc.write)
			refused := new(store.Refused)
			if errors.As(err, &refused) {
				got = refused.Item
			}
			if errors.As(err, &refused) != tc.refused || err != nil && !tc.refused || !reflect.DeepEqual(got, tc.item) {
				t.Errorf("got %v and error %v, want %v and refused %v", got, err, tc.item, tc.refused)
			}
			asked := strs(requests())
			if want := tc.second; want == "" && len(asked) != 1 || want != "" && (len(asked) != 2 || asked[1] != want) {
				t.Errorf("got requests\n%s\nwant the second to be %q", strings.Join(asked, "\n"), want)
			}
		})
	}
	t.Run("a sum too large", func(t *testing.T) {
		s, requests := table(t, refusal(alive), ok())
		_, err := s.Write(t.Context(), store.Write{Key: store.Key{PK: "p", SK: "s"}, Add: add(1<<63 - 7)})
		if refused := new(store.Refused); err == nil || errors.As(err, &refused) || len(requests()) != 1 {
			t.Errorf("got error %v after %d requests, want one about the sum after 1", err, len(requests()))
		}
	})
	t.Run("another end each time", func(t *testing.T) {
		s, requests := table(t, refusal(ending), refusal(alive), refusal(expired), refusal(ending), refusal(alive))
		_, err := s.Write(t.Context(), store.Write{Key: store.Key{PK: "p", SK: "s"}, Whole: true, Set: text("new")})
		if !errors.Is(err, store.ErrThrottled) || len(requests()) != 5 {
			t.Errorf("got error %v after %d requests, want ErrThrottled after 5", err, len(requests()))
		}
	})
}

// TestQueries says what is asked of the table for each kind of query; "" that
// it is not asked at all, since nothing can be there.
func TestQueries(t *testing.T) {
	last := func(prefix string, more int) string {
		return `{"S":"` + prefix + strings.Repeat("\U0010ffff", more) + `"}`
	}
	for _, tc := range []struct {
		name  string
		query store.Query
		want  string
	}{
		{"partition", store.Query{PK: "p"}, `Query _pk = {"S":"p"}`},
		{"prefix", store.Query{PK: "p", Prefix: "ab"}, `Query _pk = {"S":"p"} AND _sk BETWEEN {"S":"ab"} AND ` + last("ab", 125)},
		{"index", store.Query{PK: "p", Index: store.Index1}, `Query _1pk = {"S":"p"}`},
		{"index prefix", store.Query{PK: "p", Index: store.Index1, Prefix: "a"}, `Query _1pk = {"S":"p"} AND _1sk BETWEEN {"S":"a"} AND ` + last("a", 125)},
		{"after", store.Query{PK: "p", After: "x"}, `Query _pk = {"S":"p"} FROM {"_pk":{"S":"p"},"_sk":{"S":"x"}}`},
		{"after in an index", store.Query{PK: "p", Index: store.Index1, After: `["x","q","s"]`}, `Query _1pk = {"S":"p"} FROM {"_1pk":{"S":"p"},"_1sk":{"S":"x"},"_pk":{"S":"q"},"_sk":{"S":"s"}}`},
		{"after what is before the prefix", store.Query{PK: "p", Prefix: "a", After: "A"}, `Query _pk = {"S":"p"} AND _sk BETWEEN {"S":"a"} AND ` + last("a", 125)},
		{"after what is behind the prefix", store.Query{PK: "p", Prefix: "a", After: "b"}, ""},
		{"before what is behind the prefix", store.Query{PK: "p", Prefix: "a", After: "b", Reverse: true}, `Query _pk = {"S":"p"} AND _sk BETWEEN {"S":"a"} AND ` + last("a", 125)},
		{"before what is before the prefix", store.Query{PK: "p", Prefix: "a", After: "A", Reverse: true}, ""},
		{"before the prefix itself", store.Query{PK: "p", Prefix: "a", After: "a", Reverse: true}, ""},
		{
			"before the first place of an index",
			store.Query{PK: "p", Index: store.Index1, Prefix: "a", After: `["a","q","s"]`, Reverse: true},
			`Query _1pk = {"S":"p"} AND _1sk = {"S":"a"} FROM {"_1pk":{"S":"p"},"_1sk":{"S":"a"},"_pk":{"S":"q"},"_sk":{"S":"s"}}`,
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s, requests := table(t, ok())
			page, err := s.Query(t.Context(), tc.query)
			if err != nil || len(page.Items) != 0 || page.Next != "" {
				t.Errorf("got %v and error %v, want nothing", page, err)
			}
			if got := strings.Join(strs(requests()), "\n"); got != tc.want {
				t.Errorf("got\n%s\nwant\n%s", got, tc.want)
			}
		})
	}
	for name, q := range map[string]store.Query{
		"unknown index": {PK: "p", Index: "2"}, "not UTF-8": {PK: "p", Prefix: "\xff"}, "no page's Next": {PK: "p", Index: store.Index1, After: "x"},
		"a key that is none": {PK: "p", Index: store.Index1, After: `["x","",""]`},
	} {
		s, requests := table(t, ok())
		if _, err := s.Query(t.Context(), q); err == nil || len(requests()) != 0 {
			t.Errorf("%s: got error %v after %d requests, want one at once", name, err, len(requests()))
		}
	}
}
