package raw

import (
	"encoding/json"
	"strings"
	"testing"
)

// TestSound: the fast look takes everyday requests, so that the slow one,
// which decides on the rest, stays rare.
func TestSound(t *testing.T) {
	many := "{"
	for i := range 40 {
		many += `"name_` + string(rune('a'+i%26)) + string(rune('a'+i/26)) + `":[` + strings.Repeat("1,", i) + `0],`
	}
	for _, v := range []string{
		`{}`, `[]`, `""`, ` { "a" : [ 1 , { "b" : null } ] , "c" : "\u00e9\n\"" } `, `-1.5e+10`, `true`,
		`{"a":{"b":1},"c":{"b":2}}`, `"` + strings.Repeat("été ", 100) + `"`, many + `"z":0}`,
	} {
		if !json.Valid([]byte(v)) {
			t.Fatalf("%s is not JSON", v)
		}
		if !sound([]byte(v)) {
			t.Errorf("%s: got unsound, want sound", v)
		}
	}
}

// FuzzSound: what the fast look takes is sound by the slow one.
func FuzzSound(f *testing.F) {
	for _, v := range []string{`{"a":1,"b":[{"a":"x\u0041"}]}`, `{"a":1,"\u0061":2}`, "{\"\xff\":1,\"\xfe\":2}", `["0123456789abcde\""]`, `[1,]`, `{"a" 1}`, "\"\x01234567\""} {
		f.Add([]byte(v))
	}
	f.Fuzz(func(t *testing.T, v []byte) {
		valid := json.Valid(v) && duplicates(v) == nil
		if sound(v) && !valid {
			t.Errorf("%q: got sound", v)
		}
		if all, ok := soundObjects(v); ok {
			if text := List(all); !valid || Strict(text) != nil {
				t.Errorf("%q: got objects %s", v, text)
			}
		}
	})
}

func BenchmarkStrict(b *testing.B) {
	for name, size := range map[string]int{"1.6KB": 1600, "110KB": 110 << 10} {
		turn := `{"role":"user","content":"` + strings.Repeat("Tell me more about the history of toll gates. ", 8) + `\n"},`
		text := []byte("[" + strings.Repeat(turn, size/len(turn)) + `{}]`)
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				if err := Strict(text); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
