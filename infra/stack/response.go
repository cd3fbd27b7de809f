package stack

import "strconv"

// binaryTypes are the types of bodies that reach a function in base64. All
// others are text: */* would send JSON in base64 too and take a quarter of the
// 6 MB that an event may have.
func binaryTypes() []string {
	return []string{
		"application/octet-stream", "application/pdf",
		"audio/flac", "audio/mp4", "audio/mpeg", "audio/ogg", "audio/wav", "audio/webm",
		"image/gif", "image/jpeg", "image/png", "image/webp",
		"multipart/form-data", "multipart/related",
	}
}

// gatewayResponses are what API Gateway says without asking a function, in
// OpenAI's words, so that clients raise their own exceptions.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
func gatewayResponses() object {
	const itsWords = "$context.error.messageString" // a JSON string, with its quotes
	throttled := answer(429, `"too many requests to this deployment"`, "throttling_error")
	throttled["responseParameters"] = object{"gatewayresponse.header.Retry-After": "'1'"}
	return object{
		"MISSING_AUTHENTICATION_TOKEN": answer(404, `"there is no such route"`, "not_found_error"), // its word for an unknown route
		"REQUEST_TOO_LARGE": answer(413, `"the request is over Lambda's limit of 6 MB, or 4.5 MB for files, which travel in base64"`,
			"invalid_request_error"),
		"THROTTLED":           throttled,
		"INTEGRATION_TIMEOUT": answer(504, `"the function did not reply in time"`, "timeout_error"),
		"INTEGRATION_FAILURE": answer(502, `"the function failed"`, "bad_gateway_error"),
		// These stand for many statuses, each of which stays what it is.
		"DEFAULT_4XX": withoutStatus(answer(400, itsWords, "invalid_request_error")),
		"DEFAULT_5XX": withoutStatus(answer(500, itsWords, "internal_server_error")),
	}
}

// answer is a status with an error body; message is JSON.
func answer(status int, message, kind string) object {
	return object{
		"statusCode": strconv.Itoa(status),
		"responseTemplates": object{
			"application/json": errorBody(status, message, kind),
		},
	}
}

// errorBody is an error as OpenAI writes it; message is JSON.
func errorBody(status int, message, kind string) string {
	return `{"error":{"message":` + message + `,"type":"` + kind + `","param":null,"code":"` + strconv.Itoa(status) + `"}}`
}

func withoutStatus(response object) object {
	delete(response, "statusCode")
	return response
}
