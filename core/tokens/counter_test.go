package tokens

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"
)

// TestModels holds which encoding a model has, and where that is not LiteLLM's
// answer: LiteLLM takes a name with a provider before it for an unknown model.
func TestModels(t *testing.T) {
	const text = "Größe: ein Wort, das 4 Bytes mehr hat. Zażółć gęślą jaźń."
	cl, o := cl100k.Count(text), o200k.Count(text)
	if cl == o {
		t.Fatalf("got %d tokens by both encodings, want a text that tells them apart", cl)
	}
	for model, want := range map[string]int{
		"gpt-4o": o, "GPT-4o": o, "o1": o, "o3-mini": o, "gpt-5.2-pro": o, "ft:gpt-4o-2024-08-06:org::id": o,
		"openai/gpt-4o": o, "azure/eu/gpt-4.1-mini": o, "groq/openai/gpt-oss-120b": o, "ft:gpt-4.1-mini:org::id": o,
		"gpt-4": cl, "gpt-4-turbo": cl, "azure/gpt-35-turbo": cl, "o2": cl, "": cl, "gemini/gemini-2.5-pro": cl,
		"anthropic/claude-3-5-sonnet-latest": cl, "meta-llama/Llama-3.3-70B-Instruct": cl,
		"claude-sonnet-4-5": (cl*108 + 50) / 100, "bedrock/eu.anthropic.claude-opus-4-1": (cl*108 + 50) / 100,
		"replicate/meta/llama-2-70b-chat": (cl*127 + 50) / 100, "Llama-2-7b": (cl*127 + 50) / 100,
	} {
		if got := Count(model, text); got != want {
			t.Errorf("%s: got %d tokens, want %d", model, got, want)
		}
	}
}

// TestCountsExactlyByEncoding holds that OpenAITokenCounter has no factor.
func TestCountsExactlyByEncoding(t *testing.T) {
	text := strings.Repeat("word ", 100)
	if got, want := OpenAITokenCounter("claude-sonnet-4-5").Text(text), cl100k.Count(text); got != want {
		t.Errorf("got %d, want %d", got, want)
	}
}

func TestRefused(t *testing.T) {
	for _, c := range []struct{ name, messages, tools, choice, want string }{
		{"no messages", ``, ``, ``, "messages"},
		{"an object", `{}`, ``, ``, "not an array"},
		{"a duplicate member", `[{"role":"user","content":"a","content":"b"}]`, ``, ``, "duplicate"},
		{"a nested duplicate", `[{"content":[{"type":"text","text":"a","text":"b"}]}]`, ``, ``, "duplicate"},
		{"a duplicate in tools", `[]`, `[{"function":{"name":"a","name":"b"}}]`, ``, "duplicate"},
		{"a message that is text", `["a"]`, ``, ``, "element 0"},
		{"deep", strings.Repeat("[", 100) + strings.Repeat("]", 100), ``, ``, "levels"},
		{"deep tools", `[]`, `[` + strings.Repeat(`{"function":`, 100) + `1` + strings.Repeat(`}`, 100) + `]`, ``, "levels"},
		{"tools that are an object", `[]`, `{}`, ``, "tools: not an array"},
		{"a choice that is not JSON", `[]`, ``, `none`, "tool_choice"},
		{"a choice without a name", `[]`, ``, `{"function":{}}`, "no name"},
	} {
		t.Run(c.name, func(t *testing.T) {
			n, err := Counter{Model: "gpt-4o"}.Messages([]byte(c.messages), []byte(c.tools), []byte(c.choice))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %d, %v, want an error with %q", n, err, c.want)
			}
		})
	}
}

// TestImageSize has the sizes of real files, which the standard library wrote.
func TestImageSize(t *testing.T) {
	picture := image.NewPaletted(image.Rect(0, 0, 1234, 567), color.Palette{color.Black, color.White})
	for name, write := range map[string]func(*bytes.Buffer) error{
		"png":  func(b *bytes.Buffer) error { return png.Encode(b, picture) },
		"gif":  func(b *bytes.Buffer) error { return gif.Encode(b, picture, nil) },
		"jpeg": func(b *bytes.Buffer) error { return jpeg.Encode(b, picture, nil) },
	} {
		var file bytes.Buffer
		if err := write(&file); err != nil {
			t.Fatal(err)
		}
		url := "data:image/" + name + ";base64," + base64.StdEncoding.EncodeToString(file.Bytes())
		width, height, err := imageSize(url)
		if got, want := fmt.Sprint(width, height, err), "1234 567 <nil>"; got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
		for _, n := range []int{3, 8, 12, 20, 23} {
			cut := "data:image/" + name + ";base64," + base64.StdEncoding.EncodeToString(file.Bytes()[:n])
			if width, height, err := imageSize(cut); err == nil && (width != defaultSide || height != defaultSide) && width != 1234 {
				t.Errorf("%s of %d bytes: got %d by %d, want an error or the default", name, n, width, height)
			}
		}
	}
}

// TestImagesAreNotFetched: an image behind a URL has 300 by 300 pixels, one tile.
func TestImagesAreNotFetched(t *testing.T) {
	for url, want := range map[string]int{
		"https://127.0.0.1:1/a.png":  perMessage + priming + 85 + 170,
		"gs://bucket/a.png":          perMessage + priming + 85 + 170,
		"data:image/png;base64,!!!!": 0,
		"data:image/png;base64":      0,
	} {
		messages := fmt.Sprintf(`[{"content":[{"type":"image_url","image_url":{"url":%q,"detail":"high"}}]}]`, url)
		got, err := CountMessages("gpt-4o", []byte(messages))
		if got != want || (err == nil) != (want != 0) {
			t.Errorf("%s: got %d, %v, want %d", url, got, err, want)
		}
	}
}

// TestLeft: what a limit has left counts the system message once.
func TestLeft(t *testing.T) {
	messages := []byte(`[{"role":"system","content":"Be brief."},{"role":"user","content":"` +
		strings.Repeat("tea ", 50) + `"},{"role":"user","content":"Now."}]`)
	trimmed, left, err := TrimMessages("gpt-4o", messages, Limit{MaxTokens: 40})
	if err != nil {
		t.Fatal(err)
	}
	used, err := CountMessages("gpt-4o", trimmed)
	if err != nil {
		t.Fatal(err)
	}
	if got := used + left; got != 40 || left < 0 {
		t.Errorf("got %d used and %d left of %s, want 40 in all", used, left, trimmed)
	}
	all, left, err := TrimMessages("gpt-4o", messages, Limit{Window: 100})
	if err != nil {
		t.Fatal(err)
	}
	if used, err = CountMessages("gpt-4o", messages); err != nil {
		t.Fatal(err)
	}
	if string(all) != string(messages) || left != 75-used {
		t.Errorf("got %s and %d left, want all and %d", all, left, 75-used)
	}
}

// TestCachedFrom: a prompt of exactly the least length is cached.
func TestCachedFrom(t *testing.T) {
	const around = perMessage + priming + 1 // and the role
	for n, want := range map[int]bool{MinimumPromptCacheTokens - 1: false, MinimumPromptCacheTokens: true} {
		messages := []byte(`[{"role":"user","content":"` + strings.Repeat(" tea", n-around) + `"}]`)
		if counted, err := CountMessages("gpt-4o", messages); err != nil || counted != n {
			t.Fatalf("got a prompt of %d tokens, %v, want %d", counted, err, n)
		}
		if got := IsPromptCachingValidPrompt("gpt-4o", messages, nil); got != want {
			t.Errorf("%d tokens: got %v, want %v", n, got, want)
		}
	}
}

// FuzzMessages counts and trims what callers send: without a panic, the same
// each time, and never over the limit by more than must be kept.
func FuzzMessages(f *testing.F) {
	f.Add([]byte(`[{"role":"user","content":[{"type":"text","text":"a"},{"type":"image_url","image_url":{"url":"data:,/9j/4A==","detail":"high"}}]}]`),
		[]byte(`[{"function":{"name":"f","parameters":{"properties":{"a":{"type":"array","items":{"type":"object"}}}}}}]`), []byte(`"none"`), 5)
	f.Add([]byte(`[{"role":"system","content":"abc"},{"role":"user","content":"def ghi"},{"role":"tool","content":"x"}]`), []byte(nil), []byte(nil), 12)
	f.Fuzz(func(t *testing.T, messages, tools, choice []byte, most int) {
		n, err := Counter{Model: "gpt-4o"}.Messages(messages, tools, choice)
		if again, errAgain := (Counter{Model: "gpt-4o"}).Messages(messages, tools, choice); again != n || (err == nil) != (errAgain == nil) {
			t.Errorf("got %d, %v and then %d, %v", n, err, again, errAgain)
		}
		trimmed, left, err := TrimMessages("gpt-4o", messages, Limit{MaxTokens: most})
		if err != nil || most <= 0 {
			return
		}
		if used, err := CountMessages("gpt-4o", trimmed); err != nil || used+left != most {
			t.Errorf("got %d left of %d after %d, %v", left, most, used, err)
		}
	})
}

func FuzzImageSize(f *testing.F) {
	for _, start := range []string{"\x89PNG\r\n\x1a\n", "GIF89a", "\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x09\x08\x00\x01\x00\x02", "RIFF....WEBPVP8X", "RIFF....WEBPVP8L", "RIFF....WEBPVP8 ", "BM"} {
		f.Add([]byte(start + strings.Repeat("\x01", 30)))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		width, height, err := imageSize("data:;base64," + base64.StdEncoding.EncodeToString(file))
		if err == nil && (width <= 0 || height <= 0 || tiles(width, height) < 0) {
			t.Errorf("got %d by %d pixels and %d tiles, want more than 0, and 0 or more", width, height, tiles(width, height))
		}
	})
}
