// Command admin is the Lambda function of those who administer keys and people,
// and of the page that shows the API.
package main

import (
	"github.com/tollgate-llm/tollgate/core/api/docs/swagger"
	"github.com/tollgate-llm/tollgate/core/boot"
	"github.com/tollgate-llm/tollgate/core/boot/all"
	"github.com/tollgate-llm/tollgate/core/lambdahttp"
)

func main() {
	lambdahttp.Start(all.Desk(boot.Admin(), swagger.Handler()))
}
