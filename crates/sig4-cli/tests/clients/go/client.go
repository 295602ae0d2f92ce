// A client made with the signer of aws-sdk-go-v2: a job a line in, an answer a line out, as crates/sig4-cli/tests/clients/main.rs says.
package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

type job struct {
	Method       string            `json:"method"`
	URL          string            `json:"url"`
	Headers      map[string]string `json:"headers"`
	Body         string            `json:"body"`
	Sign         bool              `json:"sign"`
	Presigned    bool              `json:"presigned"`
	AccessKey    string            `json:"access_key"`
	SecretKey    string            `json:"secret_key"`
	SessionToken string            `json:"session_token"`
	Region       string            `json:"region"`
	Service      string            `json:"service"`
}

type answer struct {
	Status  int               `json:"status"`
	Headers map[string]string `json:"headers"`
	Body    string            `json:"body"`
	Error   string            `json:"error,omitempty"`
}

func send(job job) (answer, error) {
	request, err := http.NewRequest(job.Method, job.URL, strings.NewReader(job.Body))
	if err != nil {
		return answer{}, err
	}
	for name, value := range job.Headers {
		request.Header.Set(name, value)
	}
	if job.Sign {
		credentials := aws.Credentials{
			AccessKeyID:     job.AccessKey,
			SecretAccessKey: job.SecretKey,
			SessionToken:    job.SessionToken,
		}
		hash := sha256.Sum256([]byte(job.Body))
		signer, payload := v4.NewSigner(), hex.EncodeToString(hash[:])
		if job.Presigned {
			var url string
			url, _, err = signer.PresignHTTP(
				context.Background(), credentials, request, payload, job.Service, job.Region, time.Now())
			if err != nil {
				return answer{}, err
			}
			request, err = http.NewRequest(job.Method, url, nil)
		} else {
			err = signer.SignHTTP(
				context.Background(), credentials, request, payload, job.Service, job.Region, time.Now())
		}
		if err != nil {
			return answer{}, err
		}
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	headers := map[string]string{":protocol": response.Proto}
	for name, values := range response.Header {
		headers[strings.ToLower(name)] = strings.Join(values, ", ")
	}
	return answer{Status: response.StatusCode, Headers: headers, Body: string(body)}, err
}

func main() {
	answers := json.NewEncoder(os.Stdout)
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		var given job
		err := json.Unmarshal(lines.Bytes(), &given)
		var answered answer
		if err == nil {
			answered, err = send(given)
		}
		if err != nil {
			answered = answer{Error: err.Error()}
		}
		answers.Encode(answered)
	}
}
