// Command chat is the Lambda function of the chat completions routes.
package main

import (
	"github.com/tollgate-llm/tollgate/core/boot"
	"github.com/tollgate-llm/tollgate/core/boot/all"
	"github.com/tollgate-llm/tollgate/core/lambdahttp"
)

func main() {
	lambdahttp.Start(all.Handler(boot.Chat(), nil))
}
