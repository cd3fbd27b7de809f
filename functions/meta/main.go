// Command meta is the Lambda function of the models and health routes.
package main

import (
	"github.com/tollgate-llm/tollgate/core/boot"
	"github.com/tollgate-llm/tollgate/core/boot/all"
	"github.com/tollgate-llm/tollgate/core/lambdahttp"
)

func main() {
	lambdahttp.Start(all.Handler(boot.Meta(), nil))
}
