package stack

import (
	"errors"
	"fmt"

	"github.com/tollgate-llm/tollgate/core/routes"
	"github.com/tollgate-llm/tollgate/infra/assembly"
)

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
	resources[id+"Logs"] = logGroup(p)
	if resources[id+"Role"], err = role(p, f); err != nil {
		return err
	}
	properties := object{
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
	}
	optional(properties, "ReservedConcurrentExecutions", p.Reserved[f.Name])
	if p.Tracing {
		properties["TracingConfig"] = object{"Mode": "Active"}
	}
	if p.Key {
		properties["KmsKeyArn"] = attribute("Key", "Arn")
	}
	if len(p.Network.Subnets) > 0 {
		properties["VpcConfig"] = object{"SubnetIds": p.Network.Subnets, "SecurityGroupIds": p.Network.SecurityGroups}
	}
	resources[id+"Function"] = object{"Type": "AWS::Lambda::Function", "Properties": properties}
	if f.Mode != "" { // it has routes
		resources[id+"Permission"] = permission(p.invoked(f.Name), "apigateway.amazonaws.com",
			sub("arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/"+p.Name+"/*"))
	}
	return addReady(resources, p, f, properties)
}

// environment gives each variable that the function reads its value. One that
// is not known here stops the stack: a function would start without it.
func environment(f routes.Function) (object, error) {
	known := object{
		"CONFIG_FILE_PATH":                 "",  // the zips hold a program and no config.yaml
		"GOMAXPROCS":                       "1", // a function of 256 MB has a seventh of a processor
		"LITELLM_CONFIG_BUCKET_NAME":       ref("Bucket"),
		"LITELLM_CONFIG_BUCKET_OBJECT_KEY": routes.ConfigKey,
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
func permission(function object, service string, source object) object {
	return object{
		"Type": "AWS::Lambda::Permission",
		"Properties": object{
			"Action": "lambda:InvokeFunction", "FunctionName": function,
			"Principal": service, "SourceArn": source,
		},
	}
}
