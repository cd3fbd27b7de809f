package chat_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/providers/chat"
	"github.com/tollgate-llm/tollgate/providers/providertest"
)

func showPart(p chat.Part) string {
	if p.Kind == chat.Text {
		return "text:" + string(p.Text)
	}
	f := chat.File{}
	if p.File != nil {
		f = *p.File
	}
	if f == (chat.File{}) {
		return p.Kind + ":" + string(p.Whole.Bytes())
	}
	return fmt.Sprintf("%s:url=%s id=%s type=%s data=%s name=%s detail=%s", p.Kind, f.URL, f.ID, f.Type, f.Data, f.Name, f.Detail)
}

func showMessage(m chat.Message) string {
	words := []string{m.Role}
	for _, p := range m.Parts {
		words = append(words, showPart(p))
	}
	for _, c := range m.Calls {
		words = append(words, fmt.Sprintf("call=%s:%s%s", c.ID, c.Name, c.Arguments))
	}
	for _, b := range m.Thoughts {
		words = append(words, "thought="+string(b.Bytes()))
	}
	for name, v := range map[string]string{"tool": m.ToolID, "name": m.Name, "reasoning": m.Reasoning} {
		if v != "" {
			words = append(words, name+"="+v)
		}
	}
	return strings.Join(words, " ")
}

func TestMessages(t *testing.T) {
	for _, c := range []struct{ messages, want, fail string }{
		{`[{"role":"developer","content":"Be \u00e9."},{"role":"system","content":"S"},{"role":"user","content":"U","name":"Ann"}]`, `system text:"Be \u00e9." | system text:"S" | user text:"U" name=Ann`, ""},
		{`[{"role":"user","content":[{"type":"text","text":"a"},{"type":"refusal","refusal":"b"},{"type":"own","x":1}]}]`, `user text:"a" text:"b" own:{"type":"own","x":1}`, ""},
		{`[{"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":" {\"n\":12345678901234567890} "}},{"id":"c2","function":{"name":"g"}},{"id":"c3","function":{"name":"h","arguments":{"a":1}}}]}]`, `assistant call=c1:f{"n":12345678901234567890} call=c2:g{} call=c3:h{"a":1}`, ""},
		{`[{"role":"assistant","content":"A","reasoning_content":"why","thinking_blocks":[{"type":"thinking","signature":"s"}]}]`, `assistant text:"A" thought={"type":"thinking","signature":"s"} reasoning=why`, ""},
		{`[{"role":"tool","tool_call_id":"c1","content":[{"type":"text","text":"4"}]}]`, `tool text:"4" tool=c1`, ""},
		{`[]`, "", "BadRequestError messages: messages: at least one message is needed"},
		{`"hi"`, "", "BadRequestError messages: messages: a list is needed"},
		{`null`, "", "BadRequestError messages: messages: a list is needed"},
		{`[1]`, "", "BadRequestError messages: messages: not a JSON object at byte 0"},
		{`[{"role":"bot"}]`, "", `BadRequestError messages: messages: unknown role "bot"`},
		{`[{"role":"user","content":3}]`, "", "BadRequestError messages: messages: content must be a text or a list of parts"},
		{`[{"role":"user","content":[{"text":"a"}]}]`, "", "BadRequestError messages: messages: a part needs a type"},
		{`[{"role":"user","content":[{"type":"text"}]}]`, "", "BadRequestError messages: messages: a text part needs a text"},
		{`[{"role":"tool","content":"4"}]`, "", "BadRequestError messages: messages: a message of role tool needs tool_call_id"},
		{`[{"role":"function","name":"f"}]`, "", "UnsupportedParamsError messages: acme does not support messages of role function; use role tool"},
		{`[{"role":"assistant","function_call":{}}]`, "", "UnsupportedParamsError messages: acme does not support function_call; use tool_calls"},
		{`[{"role":"assistant","tool_calls":[{"id":"c","function":{"name":"f","arguments":"[]"}}]}]`, "", "BadRequestError messages: messages: the arguments of a tool call are not a JSON object"},
		{`[{"role":"assistant","tool_calls":[{"id":"c","function":{"name":"f","arguments":"{\"a\":1,\"a\":2}"}}]}]`, "", "BadRequestError messages: messages: the arguments of a tool call are not a JSON object"},
		{`[{"role":"user","content":"a","content":"b"}]`, "", `BadRequestError messages: messages: duplicate member "content" at byte 30`},
	} {
		all, err := requestOf(t, `{"messages":`+c.messages+`}`).Messages()
		if got := providertest.Refusal(t, err); got != c.fail {
			t.Errorf("%s: got error %q, want %q", c.messages, got, c.fail)
		}
		var shown []string
		for _, m := range all {
			shown = append(shown, showMessage(m))
		}
		if got := strings.Join(shown, " | "); err == nil && got != c.want {
			t.Errorf("%s: got\n%s\nwant\n%s", c.messages, got, c.want)
		}
	}
	if _, err := requestOf(t, `{}`).Messages(); providertest.Refusal(t, err) == "" {
		t.Error("no messages: got no error, want one")
	}
}

func TestText(t *testing.T) {
	all, err := requestOf(t, `{"messages":[{"role":"user","content":[{"type":"text","text":"a"},{"type":"own"},{"type":"text","text":"\u00e9"}]},{"role":"assistant"}]}`).Messages()
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"a\né", ""} {
		if got := all[i].Text(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func named(role, name string) chat.Message {
	return chat.Message{Role: role, More: &chat.More{Name: name}}
}

func TestSystem(t *testing.T) {
	system, rest := chat.System([]chat.Message{named("system", "1"), named("user", "2"), named("system", "3")})
	if len(system) != 2 || system[1].Name != "3" || len(rest) != 1 || rest[0].Name != "2" {
		t.Errorf("got %v and %v, want messages 1 and 3 apart from 2", system, rest)
	}
}

func TestParts(t *testing.T) {
	for _, c := range []struct{ content, want, fail string }{
		{`{"type":"image_url","image_url":"https://a/b.png"}`, "image_url:url=https://a/b.png id= type= data= name= detail=", ""},
		{`{"type":"image_url","image_url":{"url":"gs://a/b","detail":"low","format":"image/png"}}`, "image_url:url=gs://a/b id= type=image/png data= name= detail=low", ""},
		{`{"type":"image_url","image_url":{"url":"data:image/jpg;base64,AAAA"}}`, "image_url:url= id= type=image/jpeg data=AAAA name= detail=", ""},
		{`{"type":"image_url","image_url":{"url":"data:text/plain;charset=utf-8,a%20b"}}`, "image_url:url= id= type=text/plain data=YSBi name= detail=", ""},
		{`{"type":"video_url","video_url":{"url":"https://a/v.mp4"}}`, "video_url:url=https://a/v.mp4 id= type= data= name= detail=", ""},
		{`{"type":"file","file":{"file_id":"file-1"}}`, "file:url= id=file-1 type= data= name= detail=", ""},
		{`{"type":"file","file":{"file_id":"https://a/d.pdf","format":"application/pdf"}}`, "file:url=https://a/d.pdf id= type=application/pdf data= name= detail=", ""},
		{`{"type":"file","file":{"file_data":"JVBE","filename":"d.pdf"}}`, "file:url= id= type=application/pdf data=JVBE name=d.pdf detail=", ""},
		{`{"type":"input_audio","input_audio":{"data":"UklG","format":"wav"}}`, "input_audio:url= id= type=audio/wav data=UklG name= detail=", ""},
		{`{"type":"input_audio","input_audio":{"data":"UklG","format":"audio/mp3"}}`, "input_audio:url= id= type=audio/mp3 data=UklG name= detail=", ""},
		{`{"type":"image_url","image_url":{"url":"b.png"}}`, "", "BadRequestError p: p: an http, https or data URL is needed"},
		{`{"type":"image_url","image_url":{"url":"data:image/png;base64"}}`, "", "BadRequestError p: p: malformed data URL"},
		{`{"type":"image_url","image_url":{"url":"data:,%zz"}}`, "", "BadRequestError p: p: malformed data URL"},
		{`{"type":"file","file":{}}`, "", "BadRequestError p: p: a file part needs file_data or file_id"},
		{`{"type":"input_audio","input_audio":{"data":"UklG"}}`, "", "BadRequestError p: p: an input_audio part needs data and format"},
	} {
		parts, err := chat.Parts("p", []byte("["+c.content+"]"))
		if got := providertest.Refusal(t, err); got != c.fail {
			t.Errorf("%s: got error %q, want %q", c.content, got, c.fail)
		}
		if err == nil && (len(parts) != 1 || showPart(parts[0]) != c.want) {
			t.Errorf("%s: got %v, want %s", c.content, showPart(parts[0]), c.want)
		}
	}
	for _, nothing := range []string{"", "null", "[]"} {
		if parts, err := chat.Parts("p", []byte(nothing)); len(parts) > 0 || err != nil {
			t.Errorf("%q: got %v, %v, want no parts", nothing, parts, err)
		}
	}
}
