package stack

import (
	"errors"
	"fmt"

	"github.com/tollgate-llm/tollgate/core/routes"
	"github.com/tollgate-llm/tollgate/infra/assembly"
)

// masterKey is the variable, and the member of the secret, that has the key.
const masterKey = "LITELLM_MASTER_KEY"

// addFunction adds a function with all that is its own: a role, logs that end,
// and leave for the API to invoke it.
func addFunction(resources object, p Profile, f routes.Function, zip string) error {
	if zip == "" {
		return errors.New("it has no zip")
	}
	variables, err := environment(f)
	if err != nil {
		return err
	}
	id := logicalID(f.Name)
	resources[id+"Logs"] = object{
		"Type": "AWS::Logs::LogGroup", "DeletionPolicy": "Delete", "UpdateReplacePolicy": "Delete",
		"Properties": object{"RetentionInDays": p.LogDays},
	}
	if resources[id+"Role"], err = role(f); err != nil {
		return err
	}
	resources[id+"Function"] = object{
		"Type": "AWS::Lambda::Function",
		"Properties": object{
			"Description":   "Tollgate: " + f.Name,
			"Runtime":       "provided.al2023",
			"Architectures": []string{"arm64"},
			"Handler":       "bootstrap",
			"Code":          object{"S3Bucket": sub(assembly.Bucket), "S3Key": zip},
			"MemorySize":    f.MemoryMB,
			"Timeout":       f.TimeoutSeconds,
			"Environment":   object{"Variables": variables},
			"LoggingConfig": object{"LogGroup": ref(id + "Logs")},
			"Role":          attribute(id+"Role", "Arn"),
		},
	}
	if f.Mode != "" { // it has routes
		resources[id+"Permission"] = permission(id, "apigateway.amazonaws.com",
			sub("arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/"+p.Name+"/*"))
	}
	return nil
}

// environment gives each variable that the function reads its value. One that
// is not known here stops the stack: a function would start without it.
func environment(f routes.Function) (object, error) {
	known := object{
		"CONFIG_FILE_PATH":                 "",  // the zips hold a program and no config.yaml
		"GOMAXPROCS":                       "1", // a function of 256 MB has a seventh of a processor
		"LITELLM_CONFIG_BUCKET_NAME":       ref("Bucket"),
		"LITELLM_CONFIG_BUCKET_OBJECT_KEY": configKey,
		masterKey:                          sub("secretsmanager/${Secret}#" + masterKey), // a reference: who sees the function's configuration sees no key
		"PRIMARY_SECRET_NAME":              ref("Secret"),
		"RESPONSE_MODE":                    string(f.Mode),
		"TABLE_NAME":                       ref("Table"),
	}
	for _, q := range routes.Queues() {
		known[q.Variable()] = ref(logicalID(q.Name) + "Queue")
	}
	variables := object{}
	for _, name := range f.Env {
		value, ok := known[name]
		if !ok {
			return nil, fmt.Errorf("no value is known for its variable %s", name)
		}
		variables[name] = value
	}
	return variables, nil
}

// permission lets a service invoke a function, streamed or not, on behalf of
// one source.
func permission(id, service string, source object) object {
	return object{
		"Type": "AWS::Lambda::Permission",
		"Properties": object{
			"Action": "lambda:InvokeFunction", "FunctionName": attribute(id+"Function", "Arn"),
			"Principal": service, "SourceArn": source,
		},
	}
}
