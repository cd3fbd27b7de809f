package tokens

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Tokenizer is the vocabulary of a tokenizer.json, the file in which Hugging
// Face's tokenizers library keeps one. Its methods may be called by several
// goroutines.
type Tokenizer struct {
	vocab  map[string]int32
	tokens map[int]string
	ranks  map[[2]int32]int32 // of the merge of two tokens
	made   []int32            // by each merge, in the order of the ranks

	normalize     step
	pretokenize   step
	decode        step
	added         [256][]addedToken // by their first byte, the longest first
	special       map[int]bool
	before, after []int // what the template puts around a text

	whole        bool // a piece that is a token is not merged
	byteFallback bool
	fuseUnknown  bool
	unknown      int32 // -1: characters without a token are left out
}

// step makes pieces of text of pieces of text.
type step func(pieces []string) []string

// tokenizerFile is the part of a tokenizer.json that is read, as written by
// tokenizers 0.23 (https://huggingface.co/docs/tokenizers).
type tokenizerFile struct {
	AddedTokens   []addedToken `json:"added_tokens"`
	Normalizer    *component   `json:"normalizer"`
	PreTokenizer  *component   `json:"pre_tokenizer"`
	PostProcessor *component   `json:"post_processor"`
	Decoder       *component   `json:"decoder"`
	Model         struct {
		Type         string            `json:"type"`
		Dropout      *float64          `json:"dropout"`
		Unknown      *string           `json:"unk_token"`
		Prefix       *string           `json:"continuing_subword_prefix"`
		Suffix       *string           `json:"end_of_word_suffix"`
		FuseUnknown  bool              `json:"fuse_unk"`
		ByteFallback bool              `json:"byte_fallback"`
		IgnoreMerges bool              `json:"ignore_merges"`
		Vocab        json.RawMessage   `json:"vocab"`
		Merges       []json.RawMessage `json:"merges"`
	} `json:"model"`
}

type addedToken struct {
	ID         int    `json:"id"`
	Content    string `json:"content"`
	SingleWord bool   `json:"single_word"`
	LeftStrip  bool   `json:"lstrip"`
	RightStrip bool   `json:"rstrip"`
	Normalized bool   `json:"normalized"`
	Special    bool   `json:"special"`
}

// NewTokenizer reads a tokenizer.json, as litellm.create_tokenizer does, for
// Counter.Tokenizer. It reads BPE, by bytes (GPT-2, Llama 3, Command R) or by
// characters with bytes as a fallback (Llama 2, Gemma). It fails, and says for
// what, for Unigram, WordPiece and WordLevel, for Unicode normal forms (which
// Qwen's and the old Claude's files ask for), and for whatever else it does not
// do exactly.
func NewTokenizer(file []byte) (*Tokenizer, error) {
	var f tokenizerFile
	if err := json.Unmarshal(file, &f); err != nil {
		return nil, fmt.Errorf("read tokenizer.json: %w", err)
	}
	t := &Tokenizer{
		tokens: map[int]string{}, special: map[int]bool{}, unknown: -1,
		whole: f.Model.IgnoreMerges, byteFallback: f.Model.ByteFallback, fuseUnknown: f.Model.FuseUnknown,
	}
	for _, read := range []func(*tokenizerFile) error{t.readModel, t.readAdded, t.readSteps} {
		if err := read(&f); err != nil {
			return nil, fmt.Errorf("read tokenizer.json: %w", err)
		}
	}
	return t, nil
}

func (t *Tokenizer) readModel(f *tokenizerFile) error {
	m := &f.Model
	if m.Type != "BPE" && (m.Type != "" || len(m.Merges) == 0) {
		return fmt.Errorf("the model is of type %q: only BPE is supported", m.Type)
	}
	if m.Dropout != nil && *m.Dropout != 0 {
		return errors.New("a model with dropout encodes at random: not supported")
	}
	for _, affix := range []*string{m.Prefix, m.Suffix} {
		if affix != nil && *affix != "" {
			return fmt.Errorf("a model with the affix %q is not supported", *affix)
		}
	}
	if err := json.Unmarshal(m.Vocab, &t.vocab); err != nil {
		return fmt.Errorf("vocabulary: %w", err)
	}
	for token, id := range t.vocab {
		if id < 0 {
			return fmt.Errorf("token %q has the id %d", token, id)
		}
		t.tokens[int(id)] = token
	}
	if m.Unknown != nil {
		id, ok := t.vocab[*m.Unknown]
		if !ok {
			return fmt.Errorf("the unknown token %q is not in the vocabulary", *m.Unknown)
		}
		t.unknown = id
	}
	t.ranks = make(map[[2]int32]int32, len(m.Merges))
	for rank, value := range m.Merges {
		left, right, err := readMerge(value)
		if err != nil {
			return fmt.Errorf("merge %d: %w", rank, err)
		}
		a, okA := t.vocab[left]
		b, okB := t.vocab[right]
		id, ok := t.vocab[left+right]
		if !ok || !okA || !okB {
			return fmt.Errorf("merge %d: %q and %q are not in the vocabulary, or not together", rank, left, right)
		}
		t.ranks[[2]int32{a, b}] = int32(rank)
		t.made = append(t.made, id)
	}
	return nil
}

// readMerge reads "a b" or, as files have it since 2024, ["a", "b"].
func readMerge(value json.RawMessage) (left, right string, err error) {
	var pair []string
	if firstByte(value) == '"' {
		left, right, ok := strings.Cut(decoded(value), " ")
		if !ok {
			return "", "", fmt.Errorf("%s has no space", value)
		}
		return left, right, nil
	}
	if err := json.Unmarshal(value, &pair); err != nil {
		return "", "", err
	}
	if len(pair) != 2 {
		return "", "", fmt.Errorf("got %d tokens, want 2", len(pair))
	}
	return pair[0], pair[1], nil
}

// readAdded reads the tokens that are found in a text before all else.
func (t *Tokenizer) readAdded(f *tokenizerFile) error {
	for _, a := range f.AddedTokens {
		switch {
		case a.Content == "":
			return fmt.Errorf("added token %d is empty", a.ID)
		case a.SingleWord || a.LeftStrip || a.RightStrip:
			return fmt.Errorf("added token %q: single_word, lstrip and rstrip are not supported", a.Content)
		case a.Normalized && f.Normalizer != nil:
			return fmt.Errorf("added token %q: one that is looked for in normalized text is not supported", a.Content)
		}
		t.tokens[a.ID] = a.Content
		t.special[a.ID] = a.Special
		first := a.Content[0]
		t.added[first] = append(t.added[first], a)
	}
	for _, list := range t.added {
		slices.SortStableFunc(list, func(a, b addedToken) int { return len(b.Content) - len(a.Content) })
	}
	return nil
}

// Encode returns the ids of a text's tokens, with those that the file's template
// puts around a text, such as <s>. Added tokens are recognised in the text.
func (t *Tokenizer) Encode(text string) []int {
	ids := slices.Clone(t.before)
	for text != "" {
		start, found := t.nextAdded(text)
		ids = t.encode(ids, text[:start])
		text = text[start:]
		if found != nil {
			ids = append(ids, found.ID)
			text = text[len(found.Content):]
		}
	}
	return append(ids, t.after...)
}

// Decode returns the text of tokens, without special ones, as LiteLLM does. It
// fails for an id that the vocabulary does not have.
func (t *Tokenizer) Decode(ids []int) (string, error) {
	var tokens []string
	for _, id := range ids {
		token, ok := t.tokens[id]
		if !ok {
			return "", fmt.Errorf("no token %d", id)
		}
		if !t.special[id] {
			tokens = append(tokens, token)
		}
	}
	return strings.Join(t.decode(tokens), ""), nil
}

// nextAdded returns where the first added token in a text starts, and the longest
// there; or the text's end.
func (t *Tokenizer) nextAdded(text string) (int, *addedToken) {
	for i := range len(text) {
		list := t.added[text[i]]
		for k := range list {
			if strings.HasPrefix(text[i:], list[k].Content) {
				return i, &list[k]
			}
		}
	}
	return len(text), nil
}

// encode appends the ids of a text without added tokens.
func (t *Tokenizer) encode(ids []int, text string) []int {
	if text == "" {
		return ids
	}
	for _, piece := range t.pretokenize(t.normalize([]string{strings.ToValidUTF8(text, "\ufffd")})) {
		if id, ok := t.vocab[piece]; ok && t.whole {
			ids = append(ids, int(id))
			continue
		}
		rank := func(left, right part) int32 {
			if rank, ok := t.ranks[[2]int32{left.id, right.id}]; ok {
				return rank
			}
			return none
		}
		ids = mergeHeap(ids, t.parts(piece), rank, func(rank int32) int32 { return t.made[rank] })
	}
	return ids
}

// parts returns the tokens of a piece's characters. One that has none falls back
// to its bytes or to the unknown token, or is left out.
func (t *Tokenizer) parts(piece string) []part {
	parts := make([]part, 0, len(piece))
	add := func(id int32) {
		n := int32(len(parts))
		parts = append(parts, part{id: id, pair: none, prev: n - 1, next: n + 1})
	}
	afterUnknown := false
	for _, r := range piece {
		if id, ok := t.vocab[string(r)]; ok {
			add(id)
			afterUnknown = false
			continue
		}
		if ids := t.bytesOf(r); ids != nil {
			for _, id := range ids {
				add(id)
			}
			afterUnknown = false
			continue
		}
		if t.unknown >= 0 && !(afterUnknown && t.fuseUnknown) {
			add(t.unknown)
			afterUnknown = true
		}
	}
	return parts
}

// bytesOf returns the tokens of a character's bytes, nil unless there are some
// for all.
func (t *Tokenizer) bytesOf(r rune) []int32 {
	if !t.byteFallback {
		return nil
	}
	var ids []int32
	for _, b := range []byte(string(r)) {
		id, ok := t.vocab[fmt.Sprintf("<0x%02X>", b)]
		if !ok {
			return nil
		}
		ids = append(ids, id)
	}
	return ids
}
