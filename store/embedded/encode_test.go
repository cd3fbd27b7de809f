package embedded

import (
	"bytes"
	"maps"
	"math"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"github.com/tollgate-llm/tollgate/store"
)

// TestEncode holds the bytes that lie in people's files: they may not change
// without a new version of the format.
func TestEncode(t *testing.T) {
	for _, tc := range []struct {
		name string
		item store.Item
		want string
	}{
		{"nothing", store.Item{}, ""},
		{"a string", store.Item{"st": "POSTED"}, "\x02sts\x06POSTED"},
		{"no name, no text", store.Item{"": ""}, "\x00s\x00"},
		{"bytes", store.Item{"b": []byte{0, 0xff}}, "\x01bb\x02\x00\xff"},
		{"zero", store.Item{"n": int64(0)}, "\x01ni\x00"},
		{"below zero", store.Item{"n": int64(-1)}, "\x01ni\x01"},
		{"more than a float holds", store.Item{"n": int64(9_007_199_254_740_993)}, "\x01ni\x82\x80\x80\x80\x80\x80\x80\x20"},
		{"the largest", store.Item{"n": int64(math.MaxInt64)}, "\x01ni\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01"},
		{"the smallest", store.Item{"n": int64(math.MinInt64)}, "\x01ni\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"},
		{"in order", store.Item{"b": int64(1), "a": "x", "aa": "y"}, "\x01as\x01x\x02aas\x01y\x01bi\x02"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := encode(tc.item)
			if err != nil || string(got) != tc.want {
				t.Fatalf("encode: got %q and error %v, want %q", got, err, tc.want)
			}
			back, err := decode(got)
			if err != nil || !reflect.DeepEqual(back, tc.item) {
				t.Errorf("decode: got %#v and error %v, want %#v", back, err, tc.item)
			}
		})
	}
	if got, err := encode(store.Item{"n": 1}); err == nil {
		t.Errorf("an int: got %q, want an error", got)
	}
}

// TestDecodeRefuses is about bytes that encode never makes.
func TestDecodeRefuses(t *testing.T) {
	for name, body := range map[string]string{
		"a cut length":        "\x80",
		"a name cut off":      "\x05st",
		"no type":             "\x02st",
		"no number":           "\x02sti",
		"a cut number":        "\x02sti\x80",
		"a number too long":   "\x02sti\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01",
		"a text cut off":      "\x02sts\x06POST",
		"an unknown type":     "\x02stx\x00",
		"names out of order":  "\x01bi\x00\x01ai\x00",
		"one name twice":      "\x01ai\x00\x01ai\x00",
		"a length beyond int": "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
		"a longer length":     "\x81\x00ai\x00",
		"a longer number":     "\x01ai\x82\x00",
	} {
		if got, err := decode([]byte(body)); err == nil {
			t.Errorf("%s: got %#v, want an error", name, got)
		}
	}
}

func TestEncodeProperty(t *testing.T) {
	value := rapid.OneOf(
		rapid.Map(rapid.String(), func(s string) store.Value { return s }),
		rapid.Map(rapid.Int64(), func(n int64) store.Value { return n }),
		rapid.Map(rapid.SliceOfN(rapid.Byte(), 0, 300), func(b []byte) store.Value { return b }),
	)
	items := rapid.MapOf(rapid.String(), value)
	rapid.Check(t, func(t *rapid.T) {
		item := store.Item(items.Draw(t, "item"))
		body, err := encode(item)
		if err != nil {
			t.Fatalf("encode: %v", err)
		}
		back, err := decode(body)
		if err != nil || !reflect.DeepEqual(back, item) {
			t.Fatalf("got %#v and error %v, want %#v", back, err, item)
		}
		again, err := encode(maps.Clone(back))
		if err != nil || !bytes.Equal(again, body) {
			t.Fatalf("again: got %q and error %v, want %q", again, err, body)
		}
	})
}

// FuzzDecode holds that whatever decodes is what encode makes of it.
func FuzzDecode(f *testing.F) {
	for _, body := range []string{"", "\x02sts\x06POSTED", "\x01ni\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", "\x01bb\x02\x00\xff\x01ci\x00", "\x81\x00ai\x00", "\x80"} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		item, err := decode(body)
		if err != nil {
			return
		}
		again, err := encode(item)
		if err != nil || !bytes.Equal(again, body) {
			t.Errorf("got %q and error %v, want %q", again, err, body)
		}
	})
}
