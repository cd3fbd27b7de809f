package prompt_test

import (
	"fmt"

	"github.com/tollgate-llm/tollgate/core/llm"
	"github.com/tollgate-llm/tollgate/providers/prompt"
)

// The texts of these examples are those of LiteLLM 1.81.15.

func ExampleRead() {
	conversation, err := prompt.Read([]byte(`[{"role":"developer","content":"Be brief."},{"role":"user","content":[{"type":"text","text":"Why?"}]}]`))
	fmt.Println(conversation, err)
	// Output: [{system Be brief. []} {user Why? []}] <nil>
}

func ExampleFor() {
	format, known := prompt.For("huggingface", "meta-llama/Llama-2-7b-chat-hf")
	text, err := format([]prompt.Message{{Role: "system", Text: "Be brief."}, {Role: "user", Text: "Why?"}})
	fmt.Printf("%q %v %v\n", text, known, err)
	// Output: "<s>[INST] <<SYS>>\nBe brief.\n<</SYS>>\n [/INST]\n[INST] Why? [/INST]\n" true <nil>
}

func ExampleText() {
	to := &llm.Deployment{Provider: "bedrock", Model: "anthropic.claude-instant-v1"}
	text, err := prompt.Text(to, []prompt.Message{{Role: "user", Text: "Why?"}})
	fmt.Printf("%q %v\n", text, err)
	// Output: "\n\nHuman: Why?\n\nAssistant: " <nil>
}

func ExampleParseTemplate() {
	t, err := prompt.ParseTemplate([]byte(`{"roles":{"user":{"pre_message":"Q: ","post_message":"\n"}},"bos_token":"<s>","final_prompt_value":"A:"}`))
	fmt.Printf("%+v %v\n", t, err)
	// Output: {Roles:map[user:{Pre:Q:  Post:
	// }] Initial: Final:A: BOS:<s> EOS:} <nil>
}

func ExampleTemplate_Prompt() {
	text, err := prompt.Template{BOS: "<s>", EOS: "</s>"}.Prompt([]prompt.Message{
		{Role: "system", Text: "S."}, {Role: "user", Text: "U."}, {Role: "assistant", Text: "A."}, {Role: "system", Text: "T."},
	})
	fmt.Println(text, err)
	// Output: <s>S.U.A.</s><s>T. <nil>
}

func ExampleAddFunctions() {
	told, err := prompt.AddFunctions([]prompt.Message{{Role: "system", Text: "Be brief."}}, []byte(`[{"name":"now","strict":true}]`))
	fmt.Println(told[0].Text, err)
	// Output:
	// Be brief. Produce JSON OUTPUT ONLY! Adhere to this format {"name": "function_name", "arguments":{"argument_name": "argument_value"}} The following functions are available to you:
	// {'name': 'now', 'strict': True}
	//  <nil>
}
