package tokens

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// pieces are the texts of oracle/tokenizers_answers.py.
func pieces(t testing.TB) []string {
	c := readCorpus(t)
	all := append(append(append([]string{}, c.Prose...), c.Code...), c.Odd...)
	return append(all, strings.Join(c.Words, " "), "<s></s><|im_start|><|im_end|>"+strings.Repeat("x<s>", 3)+" y </s>")
}

// TestTokenizers holds that each file of testdata/tokenizers gives the ids and
// texts that LiteLLM gets from it (oracle/tokenizers_answers.py).
func TestTokenizers(t *testing.T) {
	files, err := filepath.Glob("testdata/tokenizers/*.json")
	if err != nil || len(files) < 5 {
		t.Fatalf("got %d files and error %v, want 5 or more", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".json"), func(t *testing.T) {
			tokenizer := readTokenizer(t, file)
			b, err := os.ReadFile(strings.TrimSuffix(file, ".json") + ".txt")
			if err != nil {
				t.Fatal(err)
			}
			lines := strings.Split(strings.TrimSpace(string(b)), "\n")
			texts := pieces(t)
			if len(lines) != len(texts) {
				t.Fatalf("got %d answers, want one for each of %d texts", len(lines), len(texts))
			}
			for i, text := range texts {
				ids := tokenizer.Encode(text)
				back, err := tokenizer.Decode(ids)
				if err != nil {
					t.Fatal(err)
				}
				got := fmt.Sprintf("%d %.12s %.12s", len(ids), hashOf(ids), fmt.Sprintf("%x", sha256.Sum256([]byte(back))))
				if got != lines[i] {
					t.Errorf("text %d %q: got %s (%q), want %s", i, text, got, back, lines[i])
				}
			}
		})
	}
}

func readTokenizer(t testing.TB, file string) *Tokenizer {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	tokenizer, err := NewTokenizer(b)
	if err != nil {
		t.Fatal(err)
	}
	return tokenizer
}

// TestUnsupported holds that a file with anything that is not done exactly is
// refused, and that the error says what it is.
func TestUnsupported(t *testing.T) {
	const model = `"model":{"type":"BPE","vocab":{"a":0},"merges":[]}`
	for _, c := range []struct{ name, file, want string }{
		{"not JSON", `{`, "unexpected end"},
		{"no model", `{}`, `of type ""`},
		{"unigram", `{"model":{"type":"Unigram","vocab":[["a",0.5]]}}`, `"Unigram"`},
		{"word piece", `{"model":{"type":"WordPiece","vocab":{}}}`, `"WordPiece"`},
		{"dropout", `{"model":{"type":"BPE","dropout":0.1,"vocab":{},"merges":[]}}`, "dropout"},
		{"affix", `{"model":{"type":"BPE","end_of_word_suffix":"</w>","vocab":{},"merges":[]}}`, `"</w>"`},
		{"no vocabulary", `{"model":{"type":"BPE","merges":[]}}`, "vocabulary"},
		{"id below 0", `{"model":{"type":"BPE","vocab":{"a":-1},"merges":[]}}`, "-1"},
		{"unknown token", `{"model":{"type":"BPE","unk_token":"?","vocab":{},"merges":[]}}`, `"?"`},
		{"merge of strangers", `{"model":{"type":"BPE","vocab":{"a":0},"merges":["a b"]}}`, "merge 0"},
		{"merge of one", `{"model":{"type":"BPE","vocab":{"a":0},"merges":["a"]}}`, "merge 0"},
		{"merge of three", `{"model":{"type":"BPE","vocab":{"a":0},"merges":[["a","a","a"]]}}`, "merge 0"},
		{"normal form", `{"normalizer":{"type":"NFKC"},` + model + `}`, `normalizer: "NFKC"`},
		{"in a sequence", `{"normalizer":{"type":"Sequence","normalizers":[{"type":"NFC"}]},` + model + `}`, `"NFC"`},
		{"replace", `{"normalizer":{"type":"Replace","pattern":{"Regex":"a"},"content":"b"},` + model + `}`, "Replace"},
		{"metaspace", `{"pre_tokenizer":{"type":"Metaspace"},` + model + `}`, `pre-tokenizer: "Metaspace"`},
		{"behavior", `{"pre_tokenizer":{"type":"Split","pattern":{"String":" "},"behavior":"Contiguous"},` + model + `}`, `"Contiguous"`},
		{"expression", `{"pre_tokenizer":{"type":"Split","pattern":{"Regex":"("},"behavior":"Isolated"},` + model + `}`, "Split"},
		{"decoder", `{"decoder":{"type":"WordPiece"},` + model + `}`, `decoder: "WordPiece"`},
		{"post-processor", `{"post_processor":{"type":"BertProcessing"},` + model + `}`, `"BertProcessing"`},
		{"template", `{"post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>"}}]},` + model + `}`, `"<s>"`},
		{"added: empty", `{"added_tokens":[{"id":1,"content":""}],` + model + `}`, "empty"},
		{"added: lstrip", `{"added_tokens":[{"id":1,"content":"x","lstrip":true}],` + model + `}`, "lstrip"},
		{"added: normalized", `{"added_tokens":[{"id":1,"content":"x","normalized":true}],"normalizer":{"type":"Prepend","prepend":"_"},` + model + `}`, "normalized"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got, err := NewTokenizer([]byte(c.file)); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, %v, want an error with %q", got, err, c.want)
			}
		})
	}
}

func TestTokenizerUnknown(t *testing.T) {
	tokenizer, err := NewTokenizer([]byte(`{"model":{"type":"BPE","unk_token":"?","vocab":{"?":7,"a":0},"merges":[]}}`))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprint(tokenizer.Encode("abca")), "[0 7 7 0]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, err := tokenizer.Decode([]int{3}); err == nil {
		t.Errorf("got %q, want an error", got)
	}
}

// FuzzTokenizer reads files that somebody else wrote, and texts.
func FuzzTokenizer(f *testing.F) {
	gpt2, err := os.ReadFile("testdata/tokenizers/gpt2.json")
	if err != nil {
		f.Fatal(err)
	}
	var file map[string]json.RawMessage
	if err := json.Unmarshal(gpt2, &file); err != nil {
		f.Fatal(err)
	}
	file["model"] = json.RawMessage(`{"type":"BPE","unk_token":"?","byte_fallback":true,"vocab":{"?":7,"a":0,"b":1,"ab":2},"merges":["a b"]}`)
	small, err := json.Marshal(file)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(small, "aabb <s> ab\xff")
	f.Fuzz(func(t *testing.T, file []byte, text string) {
		tokenizer, err := NewTokenizer(file)
		if err != nil {
			return
		}
		if _, err := tokenizer.Decode(tokenizer.Encode(text)); err != nil && len(tokenizer.before)+len(tokenizer.after) == 0 {
			t.Errorf("decode what was encoded: %v", err)
		}
	})
}
