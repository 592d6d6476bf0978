// The floor for tiny networks: forward, backward and SGD of 2-8-8-1 tanh with squared error, written by hand
// for this one network, everything preallocated, one thread. Prints one JSON line a batch size, as axo bench
// does: the better of two layouts, because batches below one or two vectors want the other one than long
// batches.
#include <Eigen/Core>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

namespace
{

template<int In, int Out> struct Parameters {
    Eigen::Matrix<float, Out, In> weight = Eigen::Matrix<float, Out, In>::Random();
    Eigen::Matrix<float, Out, 1> bias = Eigen::Matrix<float, Out, 1>::Zero();
};

/// A vector holds one example's features: y = W x + b example by example.
struct ByExample {
    template<int Features> using Wire = Eigen::Matrix<float, Features, Eigen::Dynamic>;

    template<int In, int Out> struct Linear : Parameters<In, Out> {
        void forward(const Wire<In>& x, Wire<Out>& y) const
        {
            for (int n = 0; n < x.cols(); ++n) y.col(n) = this->bias + this->weight * x.col(n);
        }
        void backward(const Wire<Out>& dy, Wire<In>& dx) const
        {
            for (int n = 0; n < dy.cols(); ++n) dx.col(n) = this->weight.transpose() * dy.col(n);
        }
        void descend(const Wire<In>& x, const Wire<Out>& dy, float rate)
        {
            Eigen::Matrix<float, Out, In> weight = Eigen::Matrix<float, Out, In>::Zero();
            Eigen::Matrix<float, Out, 1> bias = Eigen::Matrix<float, Out, 1>::Zero();
            for (int n = 0; n < x.cols(); ++n) {
                weight += dy.col(n) * x.col(n).transpose();
                bias += dy.col(n);
            }
            this->weight -= rate * weight;
            this->bias -= rate * bias;
        }
    };
};

/// A vector holds one feature of several examples.
struct ByFeature {
    template<int Features> using Wire = Eigen::Matrix<float, Features, Eigen::Dynamic, Eigen::RowMajor>;

    template<int In, int Out> struct Linear : Parameters<In, Out> {
        void forward(const Wire<In>& x, Wire<Out>& y) const
        {
            for (int o = 0; o < Out; ++o) {
                y.row(o).setConstant(this->bias(o));
                for (int i = 0; i < In; ++i) y.row(o) += this->weight(o, i) * x.row(i);
            }
        }
        void backward(const Wire<Out>& dy, Wire<In>& dx) const
        {
            for (int i = 0; i < In; ++i) {
                dx.row(i) = this->weight(0, i) * dy.row(0);
                for (int o = 1; o < Out; ++o) dx.row(i) += this->weight(o, i) * dy.row(o);
            }
        }
        void descend(const Wire<In>& x, const Wire<Out>& dy, float rate)
        {
            for (int o = 0; o < Out; ++o) {
                for (int i = 0; i < In; ++i) this->weight(o, i) -= rate * dy.row(o).dot(x.row(i));
                this->bias(o) -= rate * dy.row(o).sum();
            }
        }
    };
};

template<class Layout> struct Network {
    explicit Network(int batch)
        : x(2, batch)
        , a(8, batch)
        , b(8, batch)
        , da(8, batch)
        , db(8, batch)
        , y(1, batch)
        , target(1, batch)
        , dy(1, batch)
    {
        x.setRandom();
        target = (x.row(0).array() * x.row(1).array()).sign().matrix();
    }

    float step(float rate)
    {
        first.forward(x, a);
        a = a.array().tanh();
        second.forward(a, b);
        b = b.array().tanh();
        third.forward(b, y);

        const float scale = 1.0f / float(x.cols());
        dy = y - target;
        const float loss = dy.squaredNorm() * scale;
        dy *= 2 * scale;

        third.backward(dy, db);
        third.descend(b, dy, rate);
        db.array() *= 1 - b.array().square();
        second.backward(db, da);
        second.descend(a, db, rate);
        da.array() *= 1 - a.array().square();
        first.descend(x, da, rate);
        return loss;
    }

    typename Layout::template Linear<2, 8> first;
    typename Layout::template Linear<8, 8> second;
    typename Layout::template Linear<8, 1> third;
    typename Layout::template Wire<2> x;
    typename Layout::template Wire<8> a, b, da, db;
    typename Layout::template Wire<1> y, target, dy;
};

template<class Layout> double microseconds(Network<Layout>& network, int steps)
{
    const auto begin = std::chrono::steady_clock::now();
    float loss = 0;
    for (int i = 0; i < steps; ++i) loss = network.step(0.03f);
    const std::chrono::duration<double, std::micro> passed = std::chrono::steady_clock::now() - begin;
    if (!(loss < 10)) std::abort(); // keeps the loop, and says that it learns rather than diverges
    return passed.count() / steps;
}

/// Sorted times of a step, each the mean over about 2 ms.
template<class Layout> std::vector<double> measure(int batch)
{
    Network<Layout> network(batch);
    const int steps = std::max(10, int(2000 / microseconds(network, 1000)));
    std::vector<double> times(100);
    for (double& time : times) time = microseconds(network, steps);
    std::sort(times.begin(), times.end());
    return times;
}

} // namespace

int main(int count, char** arguments)
{
    for (int i = 1; i < count; ++i) {
        const int batch = std::atoi(arguments[i]);
        const std::vector<double> times = std::min(measure<ByExample>(batch), measure<ByFeature>(batch),
                                                   [](auto& a, auto& b) { return a[50] < b[50]; });
        std::printf("{\"name\": \"handloop-%d\", \"median_us\": %.4f, \"p10_us\": %.4f, \"p90_us\": %.4f}\n",
                    batch, times[50], times[10], times[90]);
    }
}
