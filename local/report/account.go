package main

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
)

// account answers what a stack's functions ask of AWS, as far as these do.
type account struct {
	table         http.Handler // DynamoDB
	queue         http.Handler // SQS
	configuration string       // the one object in S3
}

// secretName is of the secret with the variables that functions are not given.
const secretName = "report"

// ServeHTTP implements http.Handler.
func (a *account) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	service, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	switch {
	case r.Method == http.MethodGet:
		_, _ = io.WriteString(w, a.configuration)
	case service == "AmazonSQS":
		a.queue.ServeHTTP(w, r)
	case operation == "GetSecretValue":
		variables, err := json.Marshal(map[string]string{"LITELLM_MASTER_KEY": master, "UPSTREAM_KEY": "sk-upstream"})
		if err != nil {
			panic(err) // strings always encode
		}
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		_ = json.NewEncoder(w).Encode(map[string]string{"SecretString": string(variables), "VersionId": "1"}) // who left needs no answer
	default:
		a.table.ServeHTTP(w, r)
	}
}
