// Command embed is the Lambda function of the routes for embeddings, moderations and rerank.
package main

import (
	"github.com/tollgate-llm/tollgate/core/boot"
	"github.com/tollgate-llm/tollgate/core/boot/all"
	"github.com/tollgate-llm/tollgate/core/lambdahttp"
)

func main() {
	lambdahttp.Start(all.Handler(boot.Embed(), nil))
}
